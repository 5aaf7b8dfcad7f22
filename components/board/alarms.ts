/** What is alarmed on a board, as the server decides it too: see `lib/board-alarms`. */
export { alarmsOf, type FigureAlarm as Alarm, type StatusFact } from '../../lib/board-alarms';
