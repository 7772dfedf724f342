/**
 * Changes that nobody can see, or that nobody needs to: the file or folder of the core, what stands in the line and what is
 * changed in it as `LINE :: FROM -> TO`, and why.
 */
export const unseen: readonly (readonly [source: string, change: RegExp, why: string])[] = [];
