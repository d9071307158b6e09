import { useMemo, useState } from 'react';
import { Button } from '../../components/parts.tsx';
import { Slider } from '../../components/slider.tsx';
import type { WhatIfTrial } from './use-what-if.ts';
import { type WhatIfBase, whatIfFields, withField } from './what-if-fields.ts';

/** Other assumptions: they move the plan on screen and no device. */
export const WhatIfPanel = ({ trial, base, disabled }: { trial: WhatIfTrial; base: WhatIfBase; disabled: boolean }) => {
  const [open, setOpen] = useState(false);
  const fields = useMemo(() => whatIfFields(base), [base]);
  const { changes, tried, answer, asking, problem } = trial;
  return (
    <section className="what-if" aria-label="What if">
      <div className="head">
        <h2>What if</h2>
        <span className="grow" />
        <span className="quiet">moves the plan, not the house</span>
        <Button
          size="small"
          look="ghost"
          icon={open ? 'minus' : 'plus'}
          aria-label={open ? 'Fewer assumptions' : 'More assumptions'}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
      </div>
      {[...fields.first, ...(open ? fields.more : [])].map((field) => {
        const value = field.valueOf(changes) ?? field.base;
        return (
          <Slider
            key={field.id}
            label={field.label}
            value={value}
            minimum={field.minimum}
            maximum={field.maximum}
            step={field.step}
            words={field.words(value)}
            changed={value !== field.base}
            disabled={disabled}
            onChange={(next) => trial.set(withField(changes, field, next))}
          />
        );
      })}
      <div className="what-if-feet" role="status">
        {tried && (
          <>
            <p className="small second">
              {problem
                ? `${problem.message} ${problem.advice}`
                : asking
                  ? 'Planning with it'
                  : (answer?.sentence ?? '')}
            </p>
            <Button size="small" look="ghost" icon="undo-2" onClick={() => trial.set({})}>
              As planned
            </Button>
          </>
        )}
      </div>
    </section>
  );
};
