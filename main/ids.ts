import { randomUUID } from 'node:crypto';
import type { ChannelId, DeviceId, SiteId } from '../preload/contract/base.ts';

export type { ChannelId, DeviceId, SiteId };

export const siteId = (text: string): SiteId => text as SiteId;
export const deviceId = (text: string): DeviceId => text as DeviceId;
export const channelId = (text: string): ChannelId => text as ChannelId;

/** A new random id with a short prefix that says what it names. */
export const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
