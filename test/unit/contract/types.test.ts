import { describe, expectTypeOf, it } from 'vitest';
import type {
  Bridge,
  CommandInput,
  CommandName,
  QueryInput,
  QueryName,
  QueryOutput,
} from '../../../preload/contract.ts';

/** These fail in `tsc`, not at run time: a wrong name or shape at the door must not compile. */
describe('the contract’s types', () => {
  it('knows its own names and no others', () => {
    expectTypeOf<'stop.activate'>().toExtend<CommandName>();
    expectTypeOf<'stop.activate'>().not.toExtend<QueryName>();
    expectTypeOf<'secrets.read'>().not.toExtend<QueryName>();
  });

  it('asks for a person’s name wherever something changes', () => {
    expectTypeOf<CommandInput<'control.set'>>().toHaveProperty('who');
    expectTypeOf<CommandInput<'stop.release'>>().toHaveProperty('who');
    expectTypeOf<CommandInput<'settings.set'>>().toHaveProperty('who');
  });

  it('does not take a device for a site, nor text for a branded id', () => {
    type Live = QueryInput<'site.live'>;
    type Site = QueryOutput<'center.status'>['activeSiteId'];
    type Device = QueryOutput<'devices.list'>[number]['id'];
    expectTypeOf<{ siteId: Site }>().toExtend<{ siteId: QueryOutput<'site.live'>['siteId'] }>();
    expectTypeOf<Device>().not.toExtend<Site>();
    expectTypeOf<string>().not.toExtend<Site>();
    expectTypeOf<Live>().not.toExtend<{ deviceId: unknown }>();
  });

  it('gives a page three functions', () => {
    expectTypeOf<keyof Bridge>().toEqualTypeOf<'query' | 'command' | 'subscribe'>();
  });
});
