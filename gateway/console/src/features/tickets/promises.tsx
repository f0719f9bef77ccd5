import { Calendars } from './calendars';
import { FaultClasses } from './fault-classes';
import { Policies } from './policies';

/** What is promised for which tickets, by which working time, and what kinds of faults there are. */
export function Promises() {
  return (
    <>
      <Policies />
      <Calendars />
      <FaultClasses />
    </>
  );
}
