import { Checkbox, PasswordInput, TextInput } from '@mantine/core';
import type { FeedProviderView, FeedSource, FeedTopicStatus } from '../../../../preload/contract/feeds.ts';
import { Button, Chip } from '../../../components/parts.tsx';
import { OptionInput } from '../option-input.tsx';

export interface TypedSource extends FeedSource {
  readonly hasKey: boolean;
  /** What was typed now; undefined leaves the stored key as it is, null clears it. */
  readonly key: string | null | undefined;
}

type ProviderStatus = FeedTopicStatus['providers'][number];

const STATES: Readonly<Record<ProviderStatus['state'], string>> = {
  serving: 'serves',
  standby: 'stands by',
  waiting: 'is left alone for a while',
  refused: 'cannot serve this home',
};

const stateWords = (status: ProviderStatus): string => {
  const quota = status.quota.map(({ left, calls }) => `${left} of ${calls} calls left`).join(', ');
  return [status.refusal ?? status.failure, quota].filter(Boolean).join(' ');
};

/** One provider in the chain: whether and when it is asked, its key and its own fields. */
export const FeedSourceRow = ({
  provider,
  source,
  status,
  onChange,
  onUp,
}: {
  provider: FeedProviderView;
  source: TypedSource;
  status: ProviderStatus | null;
  onChange: (source: TypedSource) => void;
  onUp: (() => void) | null;
}) => (
  <section className="probe-channel" aria-label={provider.label}>
    <div className="row" style={{ gap: 10 }}>
      <Checkbox
        label={provider.label}
        checked={source.enabled}
        onChange={(event) => onChange({ ...source, enabled: event.currentTarget.checked })}
      />
      {status && source.enabled && (
        <Chip tiny look="outline">
          {STATES[status.state]}
        </Chip>
      )}
      <span className="grow" />
      {onUp && source.enabled && (
        <Button look="ghost" size="small" icon="arrow-up" aria-label={`Ask ${provider.label} earlier`} onClick={onUp} />
      )}
    </div>
    {status && source.enabled && stateWords(status) !== '' && <p className="small quiet">{stateWords(status)}</p>}
    {source.enabled && (
      <details>
        <summary className="small">Key and settings</summary>
        <div className="form-grid">
          {provider.keyHelp !== null && (
            <PasswordInput
              label="Key"
              description={source.hasKey ? 'One is kept. Empty leaves it as it is.' : provider.keyHelp}
              autoComplete="off"
              value={source.key ?? ''}
              onChange={(event) => onChange({ ...source, key: event.currentTarget.value })}
            />
          )}
          {provider.options.map((field) => (
            <OptionInput
              key={field.name}
              field={field}
              value={source.options[field.name] ?? ''}
              onChange={(value) => onChange({ ...source, options: { ...source.options, [field.name]: value } })}
            />
          ))}
          <TextInput
            label="Server"
            description="Empty for the provider's own."
            placeholder={provider.defaultBaseUrl}
            value={source.baseUrl ?? ''}
            onChange={(event) => {
              const typed = event.currentTarget.value.trim();
              onChange({ ...source, baseUrl: typed === '' ? null : typed });
            }}
          />
        </div>
      </details>
    )}
  </section>
);
