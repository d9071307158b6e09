/** A small line of the last hours; gaps stay open. Values in any unit, drawn from 0. */
export const Spark = ({
  values,
  width = 104,
  height = 34,
}: {
  values: readonly (number | null)[];
  width?: number;
  height?: number;
}) => {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <svg className="spark" width={width} height={height} aria-hidden="true" />;
  const top = Math.max(...known, 1) * 1.08;
  const x = (index: number): number => 2 + (index / (values.length - 1)) * (width - 6);
  const y = (value: number): number => height - 2 - (Math.max(0, value) / top) * (height - 6);
  const runs: { from: number; d: string; to: number }[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const run = runs.at(-1);
    if (run && run.to === index - 1) {
      run.d += `L${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      run.to = index;
    } else runs.push({ from: index, to: index, d: `M${x(index).toFixed(1)} ${y(value).toFixed(1)}` });
  });
  const last = values.at(-1) ?? null;
  return (
    <svg className="spark" width={width} height={height} aria-hidden="true">
      {runs.map((run) => (
        <g key={run.from}>
          <path
            d={`${run.d}L${x(run.to)} ${height - 1}L${x(run.from)} ${height - 1}Z`}
            fill="var(--cf)"
            fillOpacity={0.22}
          />
          <path d={run.d} fill="none" stroke="var(--c)" strokeWidth={1.5} strokeLinejoin="round" />
        </g>
      ))}
      {last !== null && <circle cx={x(values.length - 1)} cy={y(last)} r={2.25} fill="var(--c)" />}
    </svg>
  );
};
