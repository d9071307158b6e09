import { Dialog } from '../../components/dialog.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { decimal } from '../../format/numbers.ts';
import { TERMS } from './terms.ts';
import type { NamedInput } from './versions.ts';

/** Every input with its unit, what it means, and what it brings. */
export const InputsDialog = ({
  title,
  inputs,
  onClose,
}: {
  title: string;
  inputs: readonly NamedInput[];
  onClose: () => void;
}) => {
  const measured = inputs.some(({ errorRisePct }) => errorRisePct !== null);
  return (
    <Dialog title={title} wide onClose={onClose}>
      <TableWrap label={title}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col">Unit</th>
              <th scope="col">What it is</th>
              {measured && (
                <th scope="col" className="right">
                  <Term means={TERMS.importance}>Error without it</Term>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {inputs.map(({ name, unit, doc, errorRisePct }) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td className="second">{unit === '1' ? '' : unit}</td>
                <td className="wrap second">{doc}</td>
                {measured && (
                  <td className="right">
                    {errorRisePct === null ? (
                      <span className="quiet">not measured</span>
                    ) : (
                      `${errorRisePct > 0 ? '+' : ''}${decimal(errorRisePct, 1)}\u00a0%`
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </TableWrap>
    </Dialog>
  );
};
