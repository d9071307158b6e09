import type { SiteId } from '../../../preload/contract/base.ts';
import type { FeedConfigView, FeedProviderView, FeedStatus, FeedTopicStatus } from '../../../preload/contract/feeds.ts';

const MET = { text: 'MET Norway', url: 'https://www.met.no' };
const OPEN_METEO = { text: 'Weather data by Open-Meteo.com', url: 'https://open-meteo.com' };

const provider = (
  id: string,
  label: string,
  state: FeedTopicStatus['providers'][number]['state'],
  at: number,
): FeedTopicStatus['providers'][number] => ({
  provider: id,
  label,
  state,
  refusal: null,
  okAt: at - 900_000,
  nextAskAt: at + 2_700_000,
  newestAt: at + 172_800_000,
  failedAt: null,
  failure: null,
  failures: 0,
  rejected: 0,
  quota: [{ calls: 10_000, perMs: 86_400_000, used: 24, left: 9_976 }],
  attribution: id === 'met-no' ? MET : OPEN_METEO,
});

const topic = (name: FeedTopicStatus['topic'], sentence: string, at: number): FeedTopicStatus => ({
  topic: name,
  servedBy: null,
  ageMs: null,
  nextAskAt: at + 600_000,
  assumed: false,
  sentence,
  providers: [],
});

/** Weather that serves, a price that is only assumed, and the rest unasked. */
export const fakeFeedStatus = (siteId: SiteId, at: number): FeedStatus => ({
  siteId,
  topics: [
    {
      ...topic('weather', 'Open-Meteo serves, 15 min old.', at),
      servedBy: 'open-meteo',
      providers: [provider('open-meteo', 'Open-Meteo', 'serving', at), provider('met-no', 'met.no', 'standby', at)],
    },
    {
      ...topic('price', 'Nobody has answered for 3 h: last week’s prices stand in.', at),
      assumed: true,
      providers: [
        {
          ...provider('energy-charts', 'Energy-Charts', 'waiting', at),
          okAt: at - 10_800_000,
          failedAt: at - 1_200_000,
          failure: 'Energy-Charts did not answer in time.',
          failures: 7,
        },
      ],
    },
    topic('carbon', 'Nobody is asked.', at),
    topic('solar', 'Nobody is asked.', at),
    topic('commodity', 'Nobody is asked.', at),
  ],
  backfill: null,
  rejects: [],
});

export const fakeFeedConfig = (siteId: SiteId): FeedConfigView => ({
  siteId,
  topics: [
    {
      topic: 'weather',
      chosen: false,
      sources: ['open-meteo', 'met-no'].map((id) => ({
        provider: id,
        enabled: true,
        baseUrl: null,
        options: {},
        hasKey: false,
      })),
    },
  ],
});

export const fakeFeedProviders = (): FeedProviderView[] =>
  [
    ['open-meteo', 'Open-Meteo', null] as const,
    ['met-no', 'met.no', null] as const,
    ['openweathermap', 'OpenWeatherMap', 'A key from openweathermap.org.'] as const,
  ].map(([id, label, keyHelp]) => ({
    id,
    topic: 'weather',
    label,
    attribution: id === 'met-no' ? MET : OPEN_METEO,
    defaultBaseUrl: `https://${id}.example`,
    keyHelp,
    options: [],
    refreshMs: 3_600_000,
    history: false,
  }));
