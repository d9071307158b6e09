/** How a connection may be encrypted, as the forms offer it. `pinned` only once a certificate was agreed to. */
export const ENCRYPTIONS = [
  { value: 'off', label: 'Not encrypted' },
  { value: 'verify', label: 'Encrypted' },
  { value: 'pinned', label: 'Encrypted, with the agreed certificate' },
] as const;
