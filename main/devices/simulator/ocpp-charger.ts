import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { createChargerCalls } from './ocpp-calls.ts';
import { createPlug } from './ocpp-plug.ts';
import type { SimulatedHouse, Simulator, SimulatorFault } from './types.ts';

const SLOW_MS = 12_000;
const REDIAL_MS = 1_000;
const METER_MS = 10_000;

export interface OcppChargerSimulator extends Simulator {
  setFault(fault: SimulatorFault): void;
  plugIn(): void;
  unplug(): void;
  /** Sends any text as it is. */
  sendRaw(text: string): void;
  /** Every frame that came, as text. */
  readonly received: readonly string[];
  isConnected(): boolean;
}

/** A port where nobody listens yet: the charger dials, and somebody else opens it. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
};

/** A charger with OCPP 1.6-J that dials its central system until it is let in: one plug, a car in it, smart charging. */
export const startOcppCharger = async (options: {
  readonly house: SimulatedHouse;
  readonly loadId: string;
  readonly clock: Clock;
  readonly id: string;
  readonly password?: string;
  readonly port?: number;
}): Promise<OcppChargerSimulator> => {
  const { clock, id, password } = options;
  const port = options.port ?? (await freePort());
  const plug = createPlug(options);
  const received: string[] = [];
  const pending = new Set<() => void>();
  let fault: SimulatorFault = 'none';
  let socket: WebSocket | null = null;
  let shownStatus: string | null = null;
  let isClosed = false;
  let open: { readonly id: string; readonly done: (payload: unknown) => void } | null = null;
  let queue: (() => void)[] = [];

  const later = (delayMs: number, work: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      work();
    });
    pending.add(cancel);
  };

  /** Every frame leaves through here, so that a fault holds for all of them. */
  const send = (text: string): void => {
    const target = socket;
    const sent = fault === 'garbage' ? text.slice(0, Math.floor(text.length / 2)) : text;
    if (fault === 'slow') later(SLOW_MS, () => target?.send(sent));
    else target?.send(sent);
  };

  /** One open call at a time, as the specification wants. */
  const call = (action: string, payload: object, done: (payload: unknown) => void = () => undefined): void => {
    const go = (): void => {
      const callId = randomUUID();
      open = { id: callId, done };
      send(JSON.stringify([2, callId, action, payload]));
    };
    if (open === null) go();
    else queue.push(go);
  };
  const answered = (payload: unknown): void => {
    const { done } = open ?? { done: () => undefined };
    open = null;
    done(payload);
    if (open === null) queue.shift()?.();
  };

  const tellStatus = (always = false): void => {
    const status = plug.settle();
    if (status === shownStatus && !always) return;
    shownStatus = status;
    call('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status,
      timestamp: new Date(clock.now()).toISOString(),
    });
  };
  const startTransaction = (idTag: string): void =>
    call(
      'StartTransaction',
      { connectorId: 1, idTag, meterStart: plug.meterWh(), timestamp: new Date(clock.now()).toISOString() },
      (payload) => {
        const transactionId = (payload as { transactionId?: unknown }).transactionId;
        plug.transactionId = typeof transactionId === 'number' ? transactionId : null;
        tellStatus();
      },
    );
  const stopTransaction = (reason: string): void => {
    const transactionId = plug.transactionId;
    if (transactionId === null) return;
    plug.transactionId = null;
    call('StopTransaction', {
      transactionId,
      meterStop: plug.meterWh(),
      timestamp: new Date(clock.now()).toISOString(),
      reason,
    });
    tellStatus();
  };
  const tellBoot = (): void =>
    call('BootNotification', {
      chargePointVendor: 'Simulated',
      chargePointModel: 'Box One',
      chargePointSerialNumber: 'SN-1',
      firmwareVersion: '1.0.7',
    });

  const calls = createChargerCalls({
    clock,
    plug,
    acts: () => fault !== 'lie',
    after: (work) => later(0, work),
    tellBoot,
    tellStatus,
    tellMeter: () => call('MeterValues', plug.meterValues('Trigger')),
    startTransaction,
    stopTransaction,
  });

  const receive = (text: string): void => {
    received.push(text);
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) return;
    const [type, frameId, action, payload]: unknown[] = frame;
    if (type === 2) send(calls.answer(String(frameId), String(action), payload));
    else if (open?.id === frameId) answered(action);
  };

  const dial = (): void => {
    if (isClosed || socket !== null || fault === 'offline') return;
    const headers =
      password === undefined ? {} : { authorization: `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}` };
    const dialled = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${encodeURIComponent(id)}`, 'ocpp1.6', {
      headers,
      perMessageDeflate: false,
    });
    socket = dialled;
    dialled.on('open', () => {
      open = null;
      queue = [];
      tellBoot();
      tellStatus(true);
      if (plug.isConnected && plug.transactionId === null) startTransaction('free-vending');
    });
    dialled.on('message', (data) => receive(data.toString()));
    dialled.on('error', () => dialled.terminate());
    dialled.on('close', () => {
      if (socket === dialled) socket = null;
      if (!isClosed) later(REDIAL_MS, dial);
    });
  };

  const measure = (): void => {
    tellStatus();
    if (socket?.readyState === WebSocket.OPEN && plug.transactionId !== null)
      call('MeterValues', plug.meterValues('Sample.Periodic'));
    later(METER_MS, measure);
  };
  dial();
  later(METER_MS, measure);

  return {
    label: `EV charger ${id}`,
    host: '127.0.0.1',
    port,
    received,
    setFault: (next) => {
      fault = next;
      if (next === 'offline') socket?.terminate();
      else dial();
    },
    plugIn: () => {
      plug.isConnected = true;
      tellStatus();
    },
    unplug: () => {
      plug.isConnected = false;
      stopTransaction('EVDisconnected');
      tellStatus();
    },
    sendRaw: (text) => socket?.send(text),
    isConnected: () => socket?.readyState === WebSocket.OPEN,
    close: async () => {
      isClosed = true;
      for (const cancel of pending) cancel();
      pending.clear();
      const closing = socket;
      socket = null;
      if (!closing) return;
      await new Promise<void>((resolve) => {
        closing.once('close', () => resolve());
        closing.terminate();
        if (closing.readyState === WebSocket.CLOSED) resolve();
      });
    },
  };
};
