/** A device that announced itself or answered; nothing about it is saved. */
export interface Found {
  readonly driverId: string;
  readonly host: string;
  readonly port: number;
  readonly unitId: number | null;
  /** Serial number, MAC or the like; null where it does not say before it is added. */
  readonly identity: string | null;
  readonly model: string;
  readonly name: string;
  readonly how: 'announced' | 'answered';
}

export interface SearchReport {
  /** What a scan looked at: `192.168.1.0/24`. */
  readonly networks: readonly string[];
  /** How many addresses and ports were knocked at. */
  readonly knocks: number;
  /** What went wrong on the way, in plain words; the rest of the search went on. */
  readonly troubles: readonly string[];
  readonly cancelled: boolean;
}

export interface SearchRequest {
  readonly signal: AbortSignal;
  /** Whether every address of the own networks is asked, too: only when a person started it. */
  readonly scan: boolean;
  /** Instead of the own networks: `192.168.1.0/24` or smaller, private ones only. */
  readonly subnets?: readonly string[];
}

/** Looks for devices on the local network while somebody waits for it, and never by itself. */
export interface Discovery {
  /** The networks that a scan would look at. */
  networks(): readonly string[];
  /** Tells each device once, and again when more became known of it. Ends when everything was heard and asked. */
  search(request: SearchRequest, onFound: (found: Found) => void): Promise<SearchReport>;
}
