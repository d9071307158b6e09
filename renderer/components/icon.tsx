import { ICON_PATHS, type IconName } from './icon-paths.ts';

/** One Lucide icon, 16 or 18 px, stroke 2; its name is always written beside it, so it is hidden from readers. */
export const Icon = ({ name, size = 18, className }: { name: IconName; size?: number; className?: string }) => (
  <svg
    className={className ? `icon ${className}` : 'icon'}
    width={size}
    height={size}
    viewBox="0 0 24 24"
    aria-hidden="true"
    focusable="false"
  >
    <path d={ICON_PATHS[name]} />
  </svg>
);
