import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createGxTree } from '../../../../main/devices/victron/gx-mqtt-tree.ts';
import { echoOf, parseNotice, parseTopic } from '../../../../main/devices/victron/mqtt-topics.ts';

const PORTAL = '48e7da87942f';
const genuine = z
  .object({ notifications: z.array(z.object({ topic: z.string(), payload: z.unknown() })) })
  .parse(JSON.parse(readFileSync(new URL('../../../fixtures/victron/mqtt_messages.json', import.meta.url), 'utf8')))
  .notifications.map(({ topic, payload }) => ({
    topic: topic.replace('<portalId>', PORTAL),
    payload: Buffer.from(payload === '' ? '' : JSON.stringify(payload)),
  }));

describe('the vendor’s own messages', () => {
  it('become values, no values, and devices that are gone', () => {
    const tree = createGxTree(PORTAL);
    const told = genuine.slice(0, 4).map(({ topic, payload }) => tree.hear(topic, payload, 1_000));
    expect(told.map((one) => one?.notice.kind)).toEqual(['value', 'invalid', 'value', 'value']);
    expect(tree.of('pvinverter', 20, 'Ac/Power')).toEqual({ value: 936, at: 1_000 });
    expect(tree.of('pvinverter', 20, 'Ac/L2/Power')).toBeUndefined();
    expect(tree.knows('pvinverter', 20, 'Ac/L2/Power')).toBe(true);
    expect(tree.of('solarcharger', 279, 'Dc/0/Voltage')?.value).toBeCloseTo(20.43);
    expect(tree.of('settings', 0, 'Settings/LEDs/Enable')?.value).toBe(1);
    const [, , , , goodbye] = genuine;
    if (!goodbye) throw new Error('no goodbye');
    expect(tree.hear(goodbye.topic, goodbye.payload, 2_000)?.notice.kind).toBe('gone');
    expect(tree.of('pvinverter', 20, 'Ac/Power')).toBeUndefined();
    expect(tree.knows('pvinverter', 20, 'Ac/Power')).toBe(false);
  });

  it('tell one’s own full publish from somebody else’s', () => {
    expect(genuine.slice(5).map(({ payload }) => echoOf(payload))).toEqual([null, 'Ucq2YLVt6ZWdgUNf']);
    for (const { topic } of genuine.slice(5)) expect(parseTopic(topic)).toBeNull();
  });
});

describe('topics', () => {
  it('are taken apart, and whatever else is one is left alone', () => {
    expect(parseTopic('N/c0619ab27f31/system/0/Dc/Battery/Soc')).toEqual({
      kind: 'N',
      portal: 'c0619ab27f31',
      service: 'system',
      instance: 0,
      path: 'Dc/Battery/Soc',
    });
    for (const other of [
      '',
      'N',
      'N/a/b',
      'N/a/b/x/Soc',
      'N/a/b/-1/Soc',
      'N/a/b/0/',
      'N/a/b/0//x',
      'Q/a/b/0/Soc',
      'N//b/0/Soc',
      'n/a/b/0/Soc',
    ])
      expect(parseTopic(other)).toBeNull();
  });

  it('of another GX, requests and writes are not heard', () => {
    const tree = createGxTree(PORTAL);
    const value = Buffer.from('{"value":1}');
    for (const topic of [
      `N/c0619ab27f31/system/0/Serial`,
      `R/${PORTAL}/system/0/Serial`,
      `W/${PORTAL}/system/0/Serial`,
    ])
      expect(tree.hear(topic, value, 1)).toBeNull();
  });
});

describe('payloads', () => {
  it('that are no value are none, and what is no JSON is malformed', () => {
    const kinds = (texts: readonly string[]) => texts.map((text) => parseNotice(Buffer.from(text)).kind);
    expect(kinds(['{"value":null}', '{"value":[]}', '{"value":{"a":1}}', '{"value":true}'])).toEqual(
      Array.from({ length: 4 }, () => 'invalid'),
    );
    expect(kinds(['{}', '5', 'null', '[1]', '{"value":', 'on', '{"value":1e999}x'])).toEqual(
      Array.from({ length: 7 }, () => 'malformed'),
    );
    expect(parseNotice(Buffer.from('{"value":0}'))).toEqual({ kind: 'value', value: 0 });
    expect(kinds(['{"value":1e999}'])).toEqual(['invalid']); // Infinity is no number of ours.
    expect(kinds([''])).toEqual(['gone']);
  });

  it('that are malformed change nothing', () => {
    const tree = createGxTree(PORTAL);
    const topic = `N/${PORTAL}/system/0/Dc/Battery/Soc`;
    tree.hear(topic, Buffer.from('{"value":55}'), 1);
    expect(tree.hear(topic, Buffer.from('{"val'), 2)?.notice.kind).toBe('malformed');
    expect(tree.of('system', 0, 'Dc/Battery/Soc')).toEqual({ value: 55, at: 1 });
  });
});

describe('what was heard', () => {
  it('is as new as the last answer of its device, and only of its own', () => {
    const tree = createGxTree(PORTAL);
    const hear = (path: string, at: number) => tree.hear(`N/${PORTAL}/${path}`, Buffer.from('{"value":5}'), at);
    hear('system/0/Dc/Battery/Soc', 100);
    hear('battery/512/Soc', 100);
    tree.confirm('system', 0, 900);
    expect(tree.of('system', 0, 'Dc/Battery/Soc')?.at).toBe(900);
    expect(tree.of('battery', 512, 'Soc')?.at).toBe(100);
    hear('system/0/Dc/Battery/Soc', 950);
    expect(tree.of('system', 0, 'Dc/Battery/Soc')?.at).toBe(950);
  });

  it('is forgotten device by device as it leaves', () => {
    const tree = createGxTree(PORTAL);
    for (const path of ['Soc', 'Soh']) tree.hear(`N/${PORTAL}/battery/512/${path}`, Buffer.from('{"value":5}'), 1);
    expect(tree.instances('battery')).toEqual([512]);
    for (const path of ['Soc', 'Soh']) tree.hear(`N/${PORTAL}/battery/512/${path}`, Buffer.alloc(0), 2);
    expect(tree.instances('battery')).toEqual([]);
  });

  it('does not grow without end', () => {
    const tree = createGxTree(PORTAL);
    const value = Buffer.from('{"value":5}');
    for (let at = 0; at < 20_000; at += 1) tree.hear(`N/${PORTAL}/flood/0/p${at}`, value, 1);
    expect(tree.hear(`N/${PORTAL}/flood/0/one-more`, value, 1)).toBeNull();
    expect(tree.hear(`N/${PORTAL}/flood/0/p7`, value, 2)).not.toBeNull();
  });
});
