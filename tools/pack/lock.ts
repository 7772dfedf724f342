/** What of `package-lock.json` a package takes along, and the same as a shrinkwrap that every npm of the Yocto layers reads. */

/** An entry of the lock, as far as it is looked at. */
export interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: true;
  readonly engines?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const folder = "node_modules/";

/** Where a package that stands at `path` finds another one: beside it, or further up. */
function placeOf(lock: Lock, path: string, name: string): string {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf(folder) - 1))) {
    const place = at === "" ? `${folder}${name}` : `${at}/${folder}${name}`;
    if (lock.packages[place] !== undefined) return place;
    if (at === "") throw new Error(`${path}: ${name} is not in the lock`);
  }
}

/** The places of these packages and of all that they need, in order. */
export function closureOf(lock: Lock, names: Iterable<string>): string[] {
  const places = new Set([...names].map((name) => placeOf(lock, "", name)));
  for (const place of places) {
    const { dependencies = {}, optionalDependencies = {} } = lock.packages[place] as LockedPackage;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      places.add(placeOf(lock, place, name));
  }
  return [...places].toSorted();
}

/** Where the registry has a package: the lock leaves out what follows from name and version. */
const tarballOf = (name: string, version: string): string =>
  `https://registry.npmjs.org/${name}/-/${name.slice(name.indexOf("/") + 1)}-${version}.tgz`;

export const nameOf = (place: string): string => place.slice(place.lastIndexOf(folder) + folder.length);

interface ShrinkwrapEntry {
  readonly version: string;
  readonly resolved: string;
  readonly integrity: string;
  readonly requires?: Readonly<Record<string, string>>;
  dependencies?: Record<string, ShrinkwrapEntry>;
}

export interface Shrinkwrap {
  readonly name: string;
  readonly version: string;
  readonly lockfileVersion: 2;
  readonly requires: true;
  readonly packages: Readonly<Record<string, object>>;
  readonly dependencies: Readonly<Record<string, ShrinkwrapEntry>>;
}

/** Version 2 says everything twice: as the list that newer readers go by, and as the tree that older ones do. */
export function shrinkwrapOf(
  lock: Lock,
  root: { readonly name: string; readonly version: string; readonly dependencies: Readonly<Record<string, string>> },
): Shrinkwrap {
  const { name, version, ...rest } = root;
  const packages: Record<string, object> = { "": { name, version, ...rest } };
  const tree: { dependencies?: Record<string, ShrinkwrapEntry> } = {};
  for (const place of closureOf(lock, Object.keys(root.dependencies))) {
    const { version, integrity, dependencies, optionalDependencies, hasInstallScript, engines, bin, license } = lock
      .packages[place] as LockedPackage;
    if (integrity === undefined) throw new Error(`${place} has no checksum in the lock`);
    const resolved = tarballOf(nameOf(place), version);
    packages[place] = withoutAbsent({
      version,
      resolved,
      integrity,
      hasInstallScript,
      license,
      dependencies,
      optionalDependencies,
      bin,
      engines,
    });
    const requires = { ...dependencies, ...optionalDependencies };
    const entry = { version, resolved, integrity, ...(Object.keys(requires).length === 0 ? {} : { requires }) };
    const parents = place.split(folder).slice(1, -1);
    let branch = tree;
    for (const parent of parents) branch = branch.dependencies?.[parent.replace(/\/$/, "")] ?? branch;
    branch.dependencies = { ...branch.dependencies, [nameOf(place)]: entry };
  }
  return { name, version, lockfileVersion: 2, requires: true, packages, dependencies: tree.dependencies ?? {} };
}

const withoutAbsent = (entry: object): object =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
