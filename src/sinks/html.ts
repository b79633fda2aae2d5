import type { Told } from '../alert.ts';
import { type ReportInput, renderReport } from '../report/report.ts';
import type { ReplaySink, Write } from './replay-sink.ts';

/** The report, written at the end as one HTML file. */
export const createHtml = (write: Write, about: Pick<ReportInput, 'rules' | 'ownerOf'>): ReplaySink => {
  const tolds: Told[] = [];
  return {
    tell: (told) => {
      tolds.push(told);
    },
    end: (summary) => write(renderReport({ ...about, tolds, summary })),
  };
};
