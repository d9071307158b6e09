import { victronParserProperties } from '../../support/devices/victron-parsers.ts';

victronParserProperties(400);
