import { permanent } from '../../result.ts';

export const notAGx = (host: string) =>
  permanent(
    'device.not-recognised',
    `What answers at ${host} is no Victron GX.`,
    'Check the address; on the GX, switch Modbus TCP on under Settings → Integrations.',
  );

export const dynamicEssSteers = () =>
  permanent(
    'victron.dynamic-ess',
    'Dynamic ESS of the GX steers the battery itself.',
    'Choose one master: switch Dynamic ESS off in VRM, or leave the grid setpoint alone here.',
  );
