import type { Problem } from '../../preload/contract/base.ts';
import type { PlanSettings } from '../../preload/contract/plan-settings.ts';
import type { CommandInput } from '../../preload/contract.ts';
import { bridge } from '../state/bridge.ts';
import { say } from '../state/notes.ts';
import { plan, planSettings, recommendations } from '../state/planning.ts';
import { asker, send, type UserAction } from './action.ts';

/** Plans now; what comes out is shown when it is there. */
export const replan: UserAction<Record<string, never>> = {
  name: 'replan',
  run: async () => {
    const by = await asker();
    if (!by) return;
    if (await send('plan.replan', by)) say('A new plan is being made.');
    await plan.reload();
  },
};

/** All wishes at once; what cannot be is refused field by field and nothing changes. */
export const savePlanSettings: UserAction<{
  readonly settings: PlanSettings;
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'save-plan-settings',
  run: async ({ settings, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('plan.setSettings', { ...by, settings }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say('Saved. The next plan follows it.');
    onSaved();
    await Promise.all([planSettings.reload(), plan.reload()]);
  },
};

type Pin = CommandInput<'plan.pin'>['pin'];

const PIN_WORDS: Readonly<Record<Pin, string>> = {
  keep: 'It is kept as it is.',
  move: 'It is moved. The rest is planned around it.',
  skip: 'It is left out. The rest is planned without it.',
  none: 'The plan decides again.',
};

/** Keeps, moves or skips one step of the plan; the next plan goes around it. */
export const pinBlock: UserAction<{ readonly blockId: string; readonly pin: Pin; readonly toAt?: number }> = {
  name: 'pin-block',
  run: async ({ blockId, pin, toAt }) => {
    const by = await asker();
    if (!by) return;
    const done = await send('plan.pin', { ...by, blockId, pin, ...(toAt === undefined ? {} : { toAt }) });
    if (done) say(PIN_WORDS[pin]);
    await plan.reload();
  },
};

/** Looks for advice now instead of at the next full six hours. */
export const findAdvice: UserAction<Record<string, never>> = {
  name: 'find-advice',
  run: async () => {
    const by = await asker();
    if (!by) return;
    const done = await send('plan.recommend', by);
    if (done)
      say(
        done.found === 0
          ? 'Nothing that would save anything was found.'
          : `${done.found === 1 ? 'One thing' : `${done.found} things`} found that would save something.`,
      );
    await recommendations.reload();
  },
};

export const answerAdvice: UserAction<{ readonly recommendationId: string; readonly answer: 'take' | 'dismiss' }> = {
  name: 'answer-advice',
  run: async ({ recommendationId, answer }) => {
    const by = await asker();
    if (!by) return;
    if (await send('plan.answerRecommendation', { ...by, recommendationId, answer }))
      say(answer === 'take' ? 'Taken. Afterwards it is checked what it brought.' : 'Dismissed.');
    await recommendations.reload();
  },
};
