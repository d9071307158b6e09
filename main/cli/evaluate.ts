import type { ForecastModel, ForecastTarget } from '../../models/forecast/types.ts';
import { evaluateFile } from '../learning/evaluation/evaluate-file.ts';
import { canWrite, writePredictions } from '../learning/evaluation/predictions-file.ts';
import { loadTensorflow } from '../tensorflow.ts';
import { type CliCommand, done, failed, usage } from './command.ts';
import { dataOf, linesOf } from './evaluate-answer.ts';
import { EVALUATE_OPTIONS, requestOf } from './evaluate-request.ts';

type Models = Readonly<Record<ForecastTarget, ForecastModel>>;

/**
 * How well a model would have forecast a column of a file: every local midnight of a span, from data strictly earlier. Models
 * are loaded when asked for: a stop must not wait for them.
 */
export const createEvaluate = (loadModels: () => Promise<Models>): CliCommand => ({
  name: 'evaluate',
  summary: 'Forecasts a column of a CSV file at each local midnight of a span, and scores it.',
  positionals: [],
  options: EVALUATE_OPTIONS,
  run: async (context) => {
    const request = requestOf(context);
    if (typeof request === 'string') return usage(request);
    const writable = await canWrite(request.out);
    if (!writable.ok) return failed(writable.error);
    const models = await loadModels();
    const evaluated = await evaluateFile(request, {
      model: models[request.target],
      loadBackend: loadTensorflow,
      clock: context.clock,
      onProgress: async (share, sentence) => {
        context.progress(`${Math.floor(100 * share)} %  ${sentence}`);
        return true;
      },
    });
    if (!evaluated.ok) return failed(evaluated.error);
    const written = await writePredictions(request.out, evaluated.value.rows);
    if (!written.ok) return failed(written.error);
    return done(linesOf(request, evaluated.value), dataOf(request, evaluated.value));
  },
});
