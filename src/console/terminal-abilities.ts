/** What the terminal of a person can show, as far as its environment tells. Pure. */

/** The locale speaks UTF-8. POSIX: `LC_ALL` beats `LC_CTYPE` beats `LANG`, and without any of them it is `C`. */
export function showsUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== "") ?? "";
  // The console of the kernel has few signs, whatever the locale.
  return /utf-?8/i.test(locale) && env.TERM !== "linux" && env.TERM !== "dumb";
}
