import type { EnergyFlowRequest } from "./flow.ts";

/** Somebody in the tree cannot wait for the next round. */
export function isUrgent(request: EnergyFlowRequest): boolean {
  return request.priority_request === true || request.children.some(isUrgent);
}

/** The same wishes without the haste: what a node keeps of its children between their requests. */
export function withoutUrgency(request: EnergyFlowRequest): EnergyFlowRequest {
  if (!isUrgent(request)) return request;
  return { ...request, priority_request: false, children: request.children.map(withoutUrgency) };
}
