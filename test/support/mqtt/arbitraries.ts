import fc from 'fast-check';

/** Payloads as brokers bring them, good and bad, and nonsense between. */
export const mqttPayloads: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.double().map(String),
  fc.json({ maxDepth: 4 }),
  fc.record({ x: fc.record({ y: fc.anything({ maxDepth: 1 }) }), t: fc.anything({ maxDepth: 1 }) }).map((value) => {
    try {
      return JSON.stringify(value);
    } catch {
      return 'a value that has no JSON, such as a bigint';
    }
  }),
  fc.constantFrom(
    'ON',
    'off',
    'unavailable',
    'NaN',
    '1e400',
    '{"x":{"y":1}}',
    '{"x":{"y":',
    '<html></html>',
    '\0',
    '[]',
  ),
);

const key = fc.constantFrom(
  ...['state', 'path', 'unit', 'metric', 'scale', 'on', 'off', 'command', 'payload', 'min', 'max', 'step', 'options'],
  ...['safe', 'expire', 'availability', 'role', 'label', 'time', 'ask', 'unheard-of'],
);
const word = fc.oneof(
  fc.constantFrom(
    'a/b',
    'W',
    'kW',
    'powerW',
    'on',
    '0',
    '5',
    '10',
    '-1',
    'off,eco',
    'grid',
    '{value}',
    'x.y',
    '"',
    "'",
  ),
  fc.string({ maxLength: 8 }),
);
const line = fc
  .tuple(fc.constantFrom('grid', 'x', '#', '9', '-', ''), fc.array(fc.tuple(key, word), { maxLength: 7 }))
  .map(([name, pairs]) => [name, ...pairs.map(([left, right]) => `${left}=${right}`)].join(' '));

/** Documents of topics, close to good ones and far from them. */
export const mqttDocuments: fc.Arbitrary<string> = fc.oneof(
  fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n')),
  fc.string({ maxLength: 200 }),
);
