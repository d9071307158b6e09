import { createServer, type Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { Simulator, SimulatorFault } from '../simulator/types.ts';
import { createFrameSplitter, encodeFrame, type Frame } from './frame.ts';
import type { FramingName } from './framing.ts';
import { decodeRequest, encodeException, encodeReply } from './pdu.ts';
import type { RegisterBank } from './register-map.ts';
import { createRtuRequests, encodeRtu } from './rtu.ts';

export interface ModbusServerOptions {
  readonly label: string;
  readonly clock: Clock;
  readonly bank: RegisterBank;
  /** 0 lets the system choose. */
  readonly port?: number;
  readonly fault?: SimulatorFault;
  /** Left out: Modbus TCP. With `rtu` a unit that is not there stays silent, as on the line. */
  readonly framing?: FramingName;
  /** Functions that this device knows; others answer exception 1. */
  readonly functions?: readonly number[];
}

/** A Modbus server for simulated devices, over TCP in either framing. */
export interface ModbusServer extends Simulator {
  setFault(fault: SimulatorFault): void;
  connections(): number;
  /** Requests answered or refused since the start. */
  requests(): number;
}

const SLOW_MS = 5_000;
/** Exceptions that a gateway gives in the name of a unit that does not answer. */
const NOBODY = [10, 11];

export const startModbusServer = (options: ModbusServerOptions): Promise<ModbusServer> => {
  const { label, clock, bank, port = 0, functions = [3, 4, 6, 16], framing = 'tcp' } = options;
  const sockets = new Set<Socket>();
  const timers = new Set<() => void>();
  let fault: SimulatorFault = options.fault ?? 'none';
  let requests = 0;

  const answer = (frame: Frame): Buffer => {
    const request = decodeRequest(frame.pdu);
    const fn = frame.pdu.readUInt8(0);
    if (!functions.includes(fn)) return encodeException(fn, 1);
    if ('exception' in request) return encodeException(fn, request.exception);
    if ('count' in request) {
      const words = bank.read(frame.unitId, request.address, request.count, fn);
      return words.ok ? encodeReply(request, words.value) : encodeException(fn, words.error);
    }
    // A lying device acknowledges and keeps everything as it was.
    const done = fault === 'lie' ? null : bank.write(frame.unitId, request.address, request.values, fn);
    return done && !done.ok ? encodeException(fn, done.error) : encodeReply(request, []);
  };

  const reply = (socket: Socket, frame: Frame): void => {
    requests += 1;
    const pdu = answer(frame);
    const silent = framing === 'rtu' && pdu.length === 2 && NOBODY.includes(pdu.readUInt8(1));
    if (silent) return;
    const whole = framing === 'rtu' ? encodeRtu(frame.unitId, pdu) : encodeFrame({ ...frame, pdu });
    const spoilt = (): Buffer => (framing === 'rtu' ? garbleRtu : garble)(whole, requests);
    const send = (): void => {
      if (!socket.destroyed) socket.write(fault === 'garbage' ? spoilt() : whole);
    };
    if (fault !== 'slow') {
      send();
      return;
    }
    const cancel = clock.after(SLOW_MS, () => {
      timers.delete(cancel);
      send();
    });
    timers.add(cancel);
  };

  const server = createServer((socket) => {
    // A peer that vanishes is nothing to a server; 'close' follows and forgets the socket.
    socket.on('error', () => socket.destroy());
    if (fault === 'offline') {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const splitter = framing === 'rtu' ? createRtuRequests() : createFrameSplitter();
    socket.on('data', (chunk) => {
      const { frames, garbled } = splitter.push(chunk);
      for (const frame of frames) reply(socket, frame);
      if (garbled) socket.destroy();
    });
  });

  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const bound = server.address();
      resolve({
        label,
        host: '127.0.0.1',
        port: bound !== null && typeof bound === 'object' ? bound.port : port,
        setFault: (next) => {
          fault = next;
          if (next === 'offline') dropAll();
        },
        connections: () => sockets.size,
        requests: () => requests,
        close: () =>
          new Promise((closed) => {
            for (const cancel of timers) cancel();
            timers.clear();
            server.close(() => closed());
            dropAll();
          }),
      });
    });
  });
};

/** The ways in which a reply goes wrong on real lines, one after the other. */
const garble = (whole: Buffer, turn: number): Buffer => {
  const copy = Buffer.from(whole);
  switch (turn % 6) {
    case 0: // Cut short: the rest never comes.
      return copy.subarray(0, Math.max(3, copy.length - 3));
    case 1: // Another protocol.
      copy.writeUInt16BE(0x4854, 2);
      return copy;
    case 2: // Somebody else's answer.
      copy.writeUInt16BE(copy.readUInt16BE(0) ^ 0x5555, 0);
      return copy;
    case 3: // A byte count that does not fit.
      copy.writeUInt8(copy.readUInt8(8) ^ 0x03, 8);
      return copy;
    case 4: // Another function.
      copy.writeUInt8(0x2b, 7);
      return copy;
    default: // An exception with more than a code.
      return encodeFrame({
        transactionId: copy.readUInt16BE(0),
        unitId: copy.readUInt8(6),
        pdu: Buffer.from([0x83, 2, 9]),
      });
  }
};

/** The same for a serial line: noise, bit errors, pieces. Each time no sound reply is left. */
const garbleRtu = (whole: Buffer, turn: number): Buffer => {
  const copy = Buffer.from(whole);
  switch (turn % 5) {
    case 0: // Cut short: the rest never comes.
      return copy.subarray(0, Math.max(3, copy.length - 3));
    case 1: // A bit fell over.
      copy.writeUInt8(copy.readUInt8(copy.length - 3) ^ 0x10, copy.length - 3);
      return copy;
    case 2: // Another unit's answer.
      return encodeRtu((copy.readUInt8(0) + 1) & 0x7f, copy.subarray(1, copy.length - 2));
    case 3: // Noise of a collision.
      return Buffer.from(copy.map((byte, at) => (at * 37 + 11) ^ byte));
    default: // The middle is missing.
      return Buffer.concat([copy.subarray(0, 2), copy.subarray(4)]);
  }
};
