export const node: Record<string, string>;
export const browser: Record<string, string>;
export const browserDefine: Record<string, string>;
