import { isList, isObject, type LooseObject, type LooseValue, numberIn, textIn } from './loose-json.ts';

/** What a cgminer API says besides its data: S and I are good, W is a warning, E and F are refusals. */
export interface CgminerStatus {
  readonly letter: 'S' | 'I' | 'W' | 'E' | 'F';
  readonly code: number | null;
  readonly message: string;
}

export interface CgminerAnswer {
  readonly status: CgminerStatus;
  /** The rows under a name, such as `SUMMARY`; none where the answer has no such list. */
  rows(name: string): readonly LooseObject[];
  /** A member of the answer itself: some makes answer with one object under `Msg`. */
  readonly members: LooseObject;
}

const letterOf = (value: LooseValue | undefined): CgminerStatus['letter'] | null => {
  const text = textIn(value);
  return text === 'S' || text === 'I' || text === 'W' || text === 'E' || text === 'F' ? text : null;
};

/** Null where it has no status: then it is no answer of this API. */
export const cgminerAnswer = (value: LooseValue): CgminerAnswer | null => {
  if (!isObject(value)) return null;
  const listed = value.get('STATUS');
  const status = isList(listed) ? listed[0] : isObject(listed) ? listed : value;
  if (!isObject(status)) return null;
  const letter = letterOf(status.get('STATUS'));
  if (letter === null) return null;
  return {
    status: { letter, code: numberIn(status.get('Code')), message: textIn(status.get('Msg')) ?? '' },
    rows: (name) => {
      const rows = value.get(name);
      return isList(rows) ? rows.filter(isObject) : isObject(rows) ? [rows] : [];
    },
    members: value,
  };
};
