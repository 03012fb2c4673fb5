// A table of a report, in the page: the same rows as klpsim's own pages and terminal tables.

import type { ReportTable as Table, TableCell } from "../../../src/report/report-table.js";
import { Mark } from "./mark.js";
import "./report-table.css";

export function ReportTable({ table: { caption, columns, rows } }: { table: Table }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="report-table" aria-label={caption} tabIndex={0}>
      <table>
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            {columns.map(({ title, align }) => (
              <th key={title} scope="col" class={align}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], i) => (
            <tr key={i}>
              <th scope="row" class={columns[0]!.align}>
                <Content cell={first!} />
              </th>
              {rest.map((cell, j) => (
                <td key={j} class={`${columns[j + 1]!.align}${cell.warn ? " warn" : ""}`}>
                  <Content cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Content({ cell: { text, note, series } }: { cell: TableCell }) {
  return (
    <>
      {series !== undefined && <Mark series={series} />}
      {text}
      {note !== undefined && note !== "" && <small>{note}</small>}
    </>
  );
}
