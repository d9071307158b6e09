import type { LoadWish, PlannedLoad, PlanSettings } from '../../preload/contract/plan-settings.ts';
import type { ChannelRef } from '../../preload/contract/safety.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const daysText = (days: readonly number[]): string =>
  days.length === 0 ? '' : ` on ${days.map((day) => DAYS[day - 1] ?? '').join(', ')}`;

const wishText = (wish: LoadWish): string => {
  switch (wish.kind) {
    case 'value':
      return `where a kWh earns ${wish.valuePerKwh}`;
    case 'run':
      return `${wish.minutes} min from ${wish.from} to ${wish.to}${daysText(wish.days)}${wish.inOnePiece ? ' in one piece' : ''}`;
    case 'energy':
      return `${wish.energyKwh} kWh from ${wish.from} to ${wish.to}${daysText(wish.days)} with ${wish.minKw} to ${wish.maxKw} kW`;
    case 'tank':
      return `${wish.litres} l from ${wish.minC} to ${wish.maxC} °C, ${wish.drawKwhPerDay} kWh drawn a day`;
    case 'comfort':
      return `${wish.direction} from ${wish.minC} to ${wish.maxC} °C`;
  }
};

const loadText = ({ wish, startCost }: PlannedLoad, name: string): string =>
  `${name}: ${wishText(wish)}${startCost > 0 ? `, ${startCost} a start` : ''}`;

/** A part of the plan's settings as the audit shows it. */
export const planSettingText = (
  part: keyof PlanSettings,
  settings: PlanSettings,
  nameOf: (channel: ChannelRef) => string,
): string => {
  const { aim, reserve, battery, loads } = settings;
  switch (part) {
    case 'enabled':
      return settings.enabled ? 'on' : 'off';
    case 'aim':
      return `money ${aim.money}, ${aim.perKgCo2} a kg of CO2, ${aim.perImportedKwh} a kWh bought`;
    case 'reserve':
      return `${Math.round(100 * reserve.towardsPoorCase)} % of the way to the poor case, ${reserve.beforeStormPct === null ? 'nothing' : `${reserve.beforeStormPct} %`} before a storm`;
    case 'battery':
      return `in ${battery.chargeEfficiencyPct} %, out ${battery.dischargeEfficiencyPct} %, ${battery.standingLossPctPerDay} % lost a day, ${battery.wearPerKwh} wear a kWh, ${battery.fromGrid ? 'from the grid' : 'not from the grid'}, ${battery.toGrid ? 'to the grid' : 'not to the grid'}`;
    case 'loads':
      return loads.length === 0 ? 'none' : loads.map((load) => loadText(load, nameOf(load))).join('; ');
    case 'keepUnlessBetterBy':
      return String(settings.keepUnlessBetterBy);
  }
};
