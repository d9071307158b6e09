import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

export type ChipLook = 'plain' | 'inverse' | 'outline' | 'stopped';

/** A verdict or a state: shape and words, never a hue of its own. */
export const Chip = ({
  icon,
  look = 'plain',
  tiny,
  children,
}: {
  icon?: IconName;
  look?: ChipLook;
  tiny?: boolean;
  children: ReactNode;
}) => (
  <span className={`chip${look === 'plain' ? '' : ` ${look}`}${tiny ? ' tiny' : ''}`}>
    {icon && <Icon name={icon} size={13} />}
    {children}
  </span>
);

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: IconName;
  readonly look?: 'plain' | 'primary' | 'ghost';
  readonly size?: 'plain' | 'small';
}

export const Button = ({ icon, look = 'plain', size = 'plain', children, className = '', ...rest }: ButtonProps) => (
  <button
    type="button"
    {...rest}
    className={`btn${look === 'plain' ? '' : ` ${look}`}${size === 'small' ? ' small' : ''}${children ? '' : ' square'} ${className}`}
  >
    {icon && <Icon name={icon} size={size === 'small' ? 15 : 16} />}
    {children}
  </button>
);

/** What is missing, in words, with the one button that mends it. */
export const Empty = ({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) => (
  <div className="empty">
    <Icon name={icon} size={24} />
    <b>{title}</b>
    {children && <p>{children}</p>}
    {action}
  </div>
);

/** A heading with its quiet second half and room for tools on the right. */
export const Head = ({
  title,
  note,
  children,
  big,
}: {
  title: ReactNode;
  note?: ReactNode;
  children?: ReactNode;
  big?: boolean;
}) => (
  <div className={big ? 'head big' : 'head'}>
    <h2>{title}</h2>
    {note && <span className="quiet">{note}</span>}
    {children && <span className="grow" />}
    {children}
  </div>
);
