import type { HouseState, SimulatedHouse } from './types.ts';

/** What the dongle sent last, in the shapes of the cloud: numbers as text here and there, signs as flags. */
export const cloudAnswers = (house: SimulatedHouse, sn: string) => {
  const state: HouseState = house.state();
  const text = (value: number, digits = 1): string => value.toFixed(digits);
  const batteryW = Math.round(state.batteryW);
  const gridW = Math.round(state.gridW);
  const stringsW = [state.pvString1W, state.pvString2W] as const;
  const time = new Date(state.at).toISOString().slice(0, 19).replace('T', ' ');
  return {
    flow: {
      custCode: 29,
      meterCode: 0,
      pvPower: stringsW[0] + stringsW[1],
      // What hangs on the charger comes as if from micro-inverters.
      minPower: state.pvChargerW,
      battPower: Math.abs(batteryW),
      gridOrMeterPower: Math.abs(gridW),
      loadOrEpsPower: Math.round(state.loadW),
      genPower: 0,
      soc: Number(text(state.socPct)),
      pvTo: state.pvW > 0,
      toLoad: true,
      toGrid: gridW < 0,
      gridTo: gridW > 0,
      toBat: batteryW > 0,
      batTo: batteryW < 0,
      genTo: false,
      minTo: state.pvChargerW > 0,
      existsGen: false,
      existsMin: true,
      existsGrid: true,
      existsMeter: true,
      bmsCommFaultFlag: null,
    },
    battery: {
      time: null,
      etodayChg: text(state.today.chargeKwh),
      etodayDischg: text(state.today.dischargeKwh),
      etotalChg: text(state.total.chargeKwh),
      etotalDischg: text(state.total.dischargeKwh),
      type: 1,
      power: -batteryW,
      capacity: '100.0',
      current: text(-state.batteryCurrentA),
      voltage: text(state.batteryVoltageV),
      temp: text(state.batteryTempC),
      soc: text(state.socPct),
      chargeCurrentLimit: 50,
      dischargeCurrentLimit: 50,
      current2: null,
      status: 1,
    },
    grid: {
      vip: [{ volt: text(state.gridVoltageV), current: text(gridW / state.gridVoltageV), power: gridW }],
      pac: gridW,
      qac: 0,
      fac: Number(text(state.gridFrequencyHz, 2)),
      pf: 1,
      status: 1,
      etodayFrom: text(state.today.importKwh),
      etodayTo: text(state.today.exportKwh),
      etotalFrom: text(state.total.importKwh),
      etotalTo: text(state.total.exportKwh),
      limiterPowerArr: [gridW, 0],
      limiterTotalPower: gridW,
    },
    input: {
      pac: stringsW[0] + stringsW[1],
      pvIV: stringsW.map((powerW, at) => ({
        id: null,
        pvNo: at + 1,
        vpv: powerW > 0 ? '362.0' : '2.4',
        ipv: text(powerW / 362),
        ppv: text(powerW),
        todayPv: '0.0',
        sn,
        time,
      })),
      mpptIV: [],
      etoday: Number(text(state.today.pvKwh)),
      etotal: Number(text(state.total.pvKwh)),
    },
  };
};
export type CloudAnswers = ReturnType<typeof cloudAnswers>;

/** A plain home's settings as the cloud hands them out: all text, two spellings for the same flag. */
export const cloudSettings = (sn: string): Record<string, string> => ({
  sn,
  sysWorkMode: '2',
  energyMode: '1',
  solarSell: '0',
  peakAndVallery: '1',
  pvMaxLimit: '3000',
  solarMaxSellPower: '3800',
  zeroExportPower: '30',
  safetyType: '0',
  battMode: '1',
  equipMode: '0',
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].flatMap((slot) => [
      [`sellTime${slot}`, `${String((slot - 1) * 4).padStart(2, '0')}:00`],
      [`sellTime${slot}Pac`, '3000'],
      [`sellTime${slot}Volt`, '49'],
      [`cap${slot}`, '30'],
      [`time${slot}on`, 'false'],
      [`time${slot}On`, '0'],
      [`genTime${slot}on`, 'false'],
    ]),
  ),
  ...Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [`${day}On`, 'true']),
  ),
});
