import { useState } from 'react';
import type { Problem } from '../../../../preload/contract/base.ts';
import type { FeedConfigView, FeedProviderView, FeedTopic } from '../../../../preload/contract/feeds.ts';
import { configureFeed } from '../../../actions/feeds.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Button } from '../../../components/parts.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { feedConfig, feedProviders, feedStatus } from '../../../state/house.ts';
import { FormProblem } from '../form-problem.tsx';
import { FeedSourceRow, type TypedSource } from './feed-source-row.tsx';
import { TOPICS } from './topics.ts';

/** The chain of a topic as it is edited: chosen sources first, in their order, then whoever else could be asked. */
const typedSources = (
  topic: FeedTopic,
  config: FeedConfigView,
  providers: readonly FeedProviderView[],
): readonly TypedSource[] => {
  const chosen = config.topics.find((each) => each.topic === topic)?.sources ?? [];
  const others = providers
    .filter((provider) => provider.topic === topic && !chosen.some((source) => source.provider === provider.id))
    .map((provider) => ({ provider: provider.id, enabled: false, baseUrl: null, options: {}, hasKey: false }));
  return [...chosen, ...others].map((source) => ({ ...source, key: undefined }));
};

const Form = ({
  topic,
  config,
  providers,
  onClose,
}: {
  topic: FeedTopic;
  config: FeedConfigView;
  providers: readonly FeedProviderView[];
  onClose: () => void;
}) => {
  const [sources, setSources] = useState(() => typedSources(topic, config, providers));
  const [problem, setProblem] = useState<Problem | null>(null);
  const status = feedStatus.use((state) => state.value)?.topics.find((each) => each.topic === topic);
  const move = (index: number): void => {
    const one = sources[index];
    const before = sources[index - 1];
    if (!one || !before) return;
    setSources([...sources.slice(0, index - 1), one, before, ...sources.slice(index + 1)]);
  };
  const save = (wanted: readonly TypedSource[] | null): void => {
    setProblem(null);
    void configureFeed.run(
      {
        topic,
        sources:
          wanted === null
            ? null
            : wanted
                .filter(({ enabled, hasKey, key }) => enabled || hasKey || key)
                .map(({ provider, enabled, baseUrl, options, key }) => ({
                  provider,
                  enabled,
                  baseUrl,
                  options: Object.fromEntries(Object.entries(options).filter(([, value]) => value.trim() !== '')),
                  ...(key === undefined || key === '' ? {} : { key }),
                })),
        onSaved: onClose,
        onProblem: setProblem,
      },
      'window',
    );
  };
  return (
    <>
      <p className="second">The first that answers serves; the others step in, in this order, while it does not.</p>
      {sources.map((source, index) => {
        const provider = providers.find(({ id }) => id === source.provider);
        return (
          provider && (
            <FeedSourceRow
              key={source.provider}
              provider={provider}
              source={source}
              status={status?.providers.find((each) => each.provider === source.provider) ?? null}
              onChange={(next) => setSources(sources.map((one, at) => (at === index ? next : one)))}
              onUp={index === 0 ? null : () => move(index)}
            />
          )
        );
      })}
      {problem && <FormProblem problem={problem} />}
      <div className="row" style={{ justifyContent: 'flex-end', gap: 8, marginTop: 16 }}>
        <Button look="ghost" onClick={() => save(null)}>
          Back to the defaults
        </Button>
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" onClick={() => save(sources)}>
          Save
        </Button>
      </div>
    </>
  );
};

/** Who is asked about one topic, in which order, with which keys. */
export const FeedDialog = ({ topic, onClose }: { topic: FeedTopic; onClose: () => void }) => {
  const config = feedConfig.use((state) => state.value);
  const providers = feedProviders.use((state) => state.value);
  const problem = feedConfig.use((state) => state.problem);
  return (
    <Dialog title={TOPICS.find((each) => each.topic === topic)?.label ?? topic} wide onClose={onClose}>
      {config && providers ? (
        <Form topic={topic} config={config} providers={providers} onClose={onClose} />
      ) : (
        <Waiting problem={problem} what="the providers" height={160} onRetry={() => void feedConfig.reload()} />
      )}
    </Dialog>
  );
};
