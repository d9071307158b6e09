/** JSON that a structured clone was written into: every array is tagged by its first member. */
export type Encoded = null | boolean | string | number | readonly unknown[];

export interface Codec {
  /** Throws for functions, symbols and nodes, exactly as Electron's IPC does. */
  encode(value: unknown): Encoded;
  decode(value: unknown): unknown;
}

/**
 * Structured clone over JSON. Self-contained, since its source text is also injected into pages; it must not refer to
 * anything outside itself.
 */
export const makeCodec = (): Codec => {
  const toBase64 = (bytes: Uint8Array): string => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const fromBase64 = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

  const encodeNumber = (value: number): Encoded =>
    Number.isFinite(value) && !Object.is(value, -0) ? value : ['number', Object.is(value, -0) ? '-0' : String(value)];
  const encodeView = (view: ArrayBufferView): Encoded => {
    const name = view.constructor.name === 'Buffer' ? 'Uint8Array' : view.constructor.name;
    return ['view', name, toBase64(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))];
  };
  const encodeObject = (value: object): Encoded => {
    if (Array.isArray(value)) return ['array', ...value.map(encodeAny)];
    if (value instanceof Date) return ['date', value.getTime()];
    if (value instanceof Map) return ['map', ...[...value].map(([key, item]) => [encodeAny(key), encodeAny(item)])];
    if (value instanceof Set) return ['set', ...[...value].map(encodeAny)];
    if (value instanceof RegExp) return ['regexp', value.source, value.flags];
    if (value instanceof Error) return ['error', value.name, value.message, value.stack ?? ''];
    if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))];
    if (ArrayBuffer.isView(value)) return encodeView(value);
    return ['object', Object.entries(value).map(([key, item]) => [key, encodeAny(item)])];
  };
  const encodeAny = (value: unknown): Encoded => {
    if (value === undefined) return ['undefined'];
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number') return encodeNumber(value);
    if (typeof value === 'bigint') return ['bigint', String(value)];
    return encodeObject(value as object);
  };

  type Pair = [unknown, unknown];
  const decodeAny = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    const [tag, first, second, third] = value;
    const rest = value.slice(1);
    switch (tag) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(first);
      case 'bigint':
        return BigInt(String(first));
      case 'array':
        return rest.map(decodeAny);
      case 'date':
        return new Date(Number(first));
      case 'map':
        return new Map(rest.map((pair: Pair) => [decodeAny(pair[0]), decodeAny(pair[1])]));
      case 'set':
        return new Set(rest.map(decodeAny));
      case 'regexp':
        return new RegExp(String(first), String(second));
      case 'error':
        return Object.assign(new Error(String(second)), { name: String(first), stack: String(third) });
      case 'buffer':
        return fromBase64(String(first)).buffer;
      case 'view': {
        const bytes = fromBase64(String(second));
        const View = Reflect.get(globalThis, String(first)) as new (buffer: ArrayBuffer) => unknown;
        return new View(bytes.buffer);
      }
      case 'object':
        return Object.fromEntries((first as Pair[]).map(([key, item]) => [String(key), decodeAny(item)]));
      default:
        throw new Error(`codec: unknown tag ${String(tag)}`);
    }
  };
  return { encode: (value) => encodeAny(structuredClone(value)), decode: decodeAny };
};
