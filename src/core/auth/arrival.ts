/**
 * Whether cars that are promised a place will find one, in whatever order they come and whichever fitting place each of
 * them takes. Source: auth facts, section 6.2.
 */

/** Stands for every type; what a request or an EVSE says that does not say any. */
export const anyConnectorType = "Unknown";

/** The types of the connectors an EVSE has to offer. */
export type Place = readonly string[];

export function typesMatch(a: string, b: string): boolean {
  return a === b || a === anyConnectorType || b === anyConnectorType;
}

function offers(place: Place, type: string): boolean {
  return place.some((offered) => typesMatch(offered, type));
}

/**
 * A car stands in the street exactly when the others have taken all the places it could have used, and they can only if
 * each of these places can be given to another of them. So one matching a type answers for all the orders.
 */
export function everyArrivalFits(cars: readonly string[], places: readonly Place[]): boolean {
  return cars.every((type, index) => {
    if (cars.indexOf(type) !== index) return true;
    const wanted = places.filter((place) => offers(place, type));
    return !canFill(wanted, cars.toSpliced(index, 1));
  });
}

/** Each place can be given to a car of its own: augmenting paths. */
function canFill(places: readonly Place[], cars: readonly string[]): boolean {
  if (places.length > cars.length) return false;
  const placeOf = new Map<number, Place>();
  const give = (place: Place, tried: Set<number>): boolean => {
    for (const [car, type] of cars.entries()) {
      if (tried.has(car) || !offers(place, type)) continue;
      tried.add(car);
      const held = placeOf.get(car);
      if (held !== undefined && !give(held, tried)) continue;
      placeOf.set(car, place);
      return true;
    }
    return false;
  };
  return places.every((place) => give(place, new Set()));
}
