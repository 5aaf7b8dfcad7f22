/**
 * The appliance maker's connected products: where their owners call, which firmware is out there, what they measure.
 * Products of one department share the beginning of their name, so that one rule maps them all (`AquaSpin *`).
 */
export interface Sensor {
  readonly sensorType: string;
  readonly weight: number;
  /** Readings when it raises lie between these. */
  readonly range: readonly [low: number, high: number];
}

export interface Product {
  readonly name: string;
  /** Text of the product in a device rule. */
  readonly pattern: string;
  /** Name of the queue its owners call; `null`: none. */
  readonly queueName: string | null;
  /** Share of the fleet. */
  readonly weight: number;
  /** Versions and their shares. */
  readonly firmware: readonly (readonly [version: string, weight: number])[];
  readonly sensors: readonly Sensor[];
}

/** Its loss is what firmware faults of the made-up world begin with. */
export const HEARTBEAT: Sensor = { sensorType: 'heartbeat', weight: 0.12, range: [61, 900] };

const temperature: Sensor = { sensorType: 'temperature', weight: 0.4, range: [71, 98] };
const vibration: Sensor = { sensorType: 'vibration', weight: 0.3, range: [4.1, 19] };
const water: Sensor = { sensorType: 'water_pressure', weight: 0.35, range: [0.1, 0.7] };
const door: Sensor = { sensorType: 'door', weight: 0.2, range: [121, 1_800] };
const battery: Sensor = { sensorType: 'battery', weight: 0.3, range: [1, 15] };
const humidity: Sensor = { sensorType: 'humidity', weight: 0.25, range: [71, 99] };

export const PRODUCTS: readonly Product[] = [
  washer('AquaSpin 500', 1.2, ['3.0', '3.1', '3.2']),
  washer('AquaSpin 700', 0.8, ['3.1', '3.2', '3.3']),
  product('HeatPro 60', 'HeatPro *', 'Ovens', 0.8, ['1.8', '2.0'], [temperature, door]),
  product(
    'FrostLine 200',
    'FrostLine *',
    'Fridges',
    1.1,
    ['4.4', '4.5', '5.0'],
    [temperature, door, humidity],
  ),
  product('FrostLine 300', 'FrostLine *', 'Fridges', 0.7, ['4.5', '5.0'], [temperature, door, humidity]),
  product('AirDry 8', 'AirDry *', 'Dryers', 0.7, ['2.1', '2.2'], [temperature, humidity, vibration]),
  product('ClearWash 45', 'ClearWash *', 'Dishwashers', 0.9, ['6.0', '6.1', '6.2'], [water, door]),
  product(
    'HomeHub 2',
    'HomeHub *',
    'Smart Home',
    0.9,
    ['9.1', '9.2', '9.3'],
    [battery, humidity, temperature],
  ),
  product('FieldTest X', 'FieldTest *', null, 0.15, ['0.9'], [temperature, vibration]),
];

export const SITES: readonly (readonly [site: string, weight: number])[] = [
  ['Bremen', 1.2],
  ['Hamburg', 1],
  ['Leipzig', 0.9],
  ['München', 0.8],
  ['Zürich', 0.6],
];

function washer(name: string, weight: number, firmware: readonly string[]): Product {
  return product(name, 'AquaSpin *', 'Washers', weight, firmware, [vibration, water, door]);
}

/** The newest firmware but one has the biggest share; the newest is on its way. */
function product(
  name: string,
  pattern: string,
  queueName: string | null,
  weight: number,
  versions: readonly string[],
  sensors: readonly Sensor[],
): Product {
  const firmware = versions.map(
    (version, at) => [version, at === Math.max(0, versions.length - 2) ? 0.5 : 0.3] as const,
  );
  return { name, pattern, queueName, weight, firmware, sensors: [HEARTBEAT, ...sensors] };
}
