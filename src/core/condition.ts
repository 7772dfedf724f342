/** One of the things that have to hold before a vehicle charges: for people who ask why it does not. */
export interface Condition {
  /** What has to hold; a name that stays. */
  readonly title: string;
  readonly isMet: boolean;
  /** Met: what is worth knowing of it, or nothing. Not met: what is the matter, as the end of "it does not charge: …". */
  readonly words: string;
}

export const met = (title: string, words = ""): Condition => ({ title, isMet: true, words });
export const unmet = (title: string, words: string): Condition => ({ title, isMet: false, words });
