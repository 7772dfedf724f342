/**
 * What the charger must do, cell by cell, typed by hand from the facts about the system this station takes over from,
 * from its users' pages and from this project's decisions. Nothing here is imported from `src/`, on purpose: a wrong
 * constant there must not make its own expectation wrong. `charger-check.ts` reads and runs it.
 *
 * A block is a state in one situation: `= STATE | KIND | situation | facts | options`. Below it, a line an event:
 * `events | effects | facts that differ afterwards`, events parted by `;`. `-` is none. Every block names every event of
 * its kind, the ignored ones too. All situations start from a started AC station without HLC and without a meter, cable
 * attached, 16 A on three phases for the next minute, pilot at X1. The first words of a fact are in `charger-check.ts`.
 *
 * Effects: X1 F pwm:PERCENT · allow:REASON deny · supplyOff · boardOn boardOff · authOn authOff (to the lock) · unlock ·
 * >STATE for every state on the way · session events by name with what they carry in brackets · IEC61851-1 Unknown (the
 * published protocol) · limits:A/PHASES · oc:A (the board's over-current limit) · onePhase threePhases · raise:TYPE:SEVERITY
 * clear:TYPE clearOwn (all own errors) · store:ID · draw (a session id) · energy (a request at once) · reply:RESULT ·
 * meterStart meterStop:ID · hlc:NAME slac:NAME. Pilot outputs, states and session events have an order each; an output
 * that is there already need not be told again.
 * Facts: NAME+MS is a deadline, ~NAME one that has gone, ?NAME is not compared.
 *
 * Decisions of this project where it leaves the reference's words, marked [n] at the lines:
 *  [1]  Entry actions are not repeated when errors come and go: no second ChargingStarted, AuthRequired, ...
 *  [2]  The wake-up's patience counts only while power is on offer.
 *  [3]  An error that blocks ends ChargingPausedEV, too: ChargingPausedEVSE{Error}, with HLC by way of StoppingCharging.
 *  [4]  A NEW blocking error in basic charging, nominal PWM on and the vehicle asking for power: F at once and the grant
 *       withdrawn in the same step, X1 `state_F_after_fault_ms` later; the vehicle in B, or 0 ms: X1 without F. With HLC
 *       never F: an emergency ends the PWM, an error keeps it, HLC is told of both. Worse later is no second pulse; the
 *       pulse ends before ChargingPausedEVSE is left.
 *  [5]  A BCB toggle needs one valid pulse at least.
 *  [6]  Withdrawing the authorisation of a running transaction does and tells nothing.
 *  [7]  enable_disable works on the result of the table, whatever connector it names last.
 *  [8]  Enabling while a disable is still tearing down cancels it; a transaction that is not finished goes on.
 *  [9]  Stopping goes on without the contactor's word: 20 s, then power is withdrawn, 1 s later an Internal error.
 *  [10] C to B in PrepareCharging (AC) stays there.
 *  [11] On a pause of the vehicle's the nominal PWM stays on.
 *  [12] A user's pause counts in PrepareCharging and ChargingPausedEV, too; with HLC it waits for Charging, where the
 *       vehicle can be told.
 *  [13] A transaction ends with a reading taken after the contactor was released, 2 s at most; the meter's answer has 10 s.
 *  [14] Phases are switched with the contactor released only.
 *  [15] Export limits offer nothing; watts alone count; the user's and the board's own maximum cut every limit.
 *  [16] Over-current is not read out of readings older than 3 s.
 *  [17] A vehicle that left stays gone for its session, whoever is plugged in meanwhile.
 *  [18] A reservation is refused with a vehicle plugged in.
 *  [19] SwitchPhases is left for StoppingCharging at once, without a PrepareCharging that prepares nothing.
 *  [20] A vehicle seen in E or F does not ask for power any more: the contactor is open, and it asks anew when it is back.
 *  [21] A contactor that was opened below Charging (PWM gone for 6 s) ends Charging; what is on offer is built up anew.
 *  [22] A direct-current supply goes off in the turn in which the vehicle stops asking, not only when the session ends.
 *  [23] A board that derates cuts the limit at once.
 *
 * [?] marks a cell where the machine and this reading differ and nothing has been decided yet. Such cells are run and
 * shown apart (`chargerDisputes`); a decision takes the mark away or changes the words.
 */

const shared = [
  "start",
  "CarPluggedIn",
  "CarRequestedPower",
  "CarRequestedStopPower",
  "CarUnplugged",
  "EFtoBCD",
  "BCDtoEF",
  "BCDtoE",
  "PilotStopped",
  "ContactorEngaged",
  "ContactorReleased",
  "authorize",
  "withdraw",
  "stopTx",
  "pause",
  "resume",
  "reserve",
  "cancelReservation",
  "enable",
  "disable",
  "forceUnlock",
  "limits:0",
  "limits:10",
  "capabilities",
  "proximity",
  "phases",
  "meter:0",
  "meter:20",
  "fault:None",
  "fault:Error",
  "fault:Emergency",
  "meterStarted",
  "meterStopped",
  "sessionIdDrawn",
  "deadline",
];

const highLevel = [
  "CarRequestedPower",
  "CarRequestedStopPower",
  "CarUnplugged",
  "PilotStopped",
  "stopTx",
  "pause",
  "limits:0",
  "limits:10",
  "fault:Error",
  "fault:Emergency",
  "slacState",
  "v2gSetupFinished",
  "hlcAllow",
  "hlcDeny",
  "currentDemandStarted",
  "requestErrorRoutine",
  "dlinkPause",
  "dlinkTerminate",
  "dlinkError",
];

/** Which events a block of a kind names. */
export const chargerEvents: Record<string, readonly string[]> = { basic: shared, hlc: highLevel, dc: highLevel };

/** The objects of each session event. */
export const eventPayloads: Record<string, string> = {
  Authorized: "authorization_event",
  Deauthorized: "authorization_event",
  Enabled: "source",
  Disabled: "source",
  SessionStarted: "session_started",
  AuthRequired: "",
  TransactionStarted: "transaction_started",
  PrepareCharging: "",
  ChargingStarted: "charging_state_changed_event",
  ChargingPausedEV: "charging_state_changed_event",
  ChargingPausedEVSE: "charging_state_changed_event charging_paused_evse",
  StoppingCharging: "",
  ChargingFinished: "",
  TransactionFinished: "transaction_finished",
  SessionFinished: "session_finished",
  ReservationStart: "",
  ReservationEnd: "",
  PluginTimeout: "",
  SwitchingPhases: "",
};

export const chargerCells = `
= Idle | basic | nobody there | -
  start                          | - | -
  CarPluggedIn                   | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  CarRequestedPower; CarRequestedStopPower; CarUnplugged; EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | SessionStarted(Authorized,TAG) Authorized IEC61851-1 draw authOn | drawnSession auth
  withdraw                       | - | -
  stopTx; pause; resume          | reply:false | -
  reserve                        | ReservationStart reply:true | resv:7
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >Disabled Disabled(LocalAPI,Disable,100,c1) F boardOff reply:false | disabling out:F
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10 [15]
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | F | fault:Error out:F
  fault:Emergency                | F | fault:Emergency out:F
  meterStarted                   | meterStop: | -
  meterStopped | - | -
  sessionIdDrawn                 | - | -
  deadline                       | - | -

= Idle | basic | authorised beforehand, reserved | session auth resv:7
  start                          | - | -
  CarPluggedIn                   | >WaitingForAuthentication >PrepareCharging AuthRequired TransactionStarted(TAG,#7) PrepareCharging pwm:26.67 deny store:s0 energy | plugged tx noResv out:16A wakeUp+30000
  CarRequestedPower; CarRequestedStopPower; CarUnplugged; EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | ReservationEnd Deauthorized SessionFinished authOff Unknown | noSession noAuth noResv
  stopTx; pause; resume          | reply:false | -
  reserve                        | reply:true | -
  cancelReservation              | ReservationEnd | noResv
  enable                         | reply:true | -
  disable                        | >Disabled SessionFinished Disabled(LocalAPI,Disable,100,c1) ReservationEnd F boardOff authOff Unknown reply:false | disabling noSession noAuth noResv out:F
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | F ReservationEnd | fault:Error out:F noResv
  fault:Emergency                | F ReservationEnd | fault:Emergency out:F noResv
  meterStarted                   | meterStop:s0 | -
  meterStopped | - | -
  sessionIdDrawn                 | - | -
  deadline                       | - | -

= Idle | basic | faulted | fault:Error out:F
  start                          | - | -
  CarPluggedIn                   | - | plugged
  CarRequestedPower; CarRequestedStopPower; CarUnplugged; EFtoBCD; BCDtoEF; BCDtoE | - | -
  PilotStopped                   | - | ?out
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | - | -
  stopTx; pause; resume          | reply:false | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >Disabled Disabled(LocalAPI,Disable,100,c1) boardOff reply:false | disabling
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | X1 | fault:None out:X1
  fault:Error                    | - | -
  fault:Emergency                | - | fault:Emergency
  meterStarted                   | meterStop: | -
  meterStopped | - | -
  sessionIdDrawn                 | - | -
  deadline                       | - | -

= Disabled | basic | by a local switch | disabling out:F
  start                          | - | -
  CarPluggedIn                   | - | plugged
  CarRequestedPower; CarRequestedStopPower; EFtoBCD; BCDtoEF; BCDtoE | - | -
  CarUnplugged                   | - | left
  PilotStopped                   | - | ?out
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx; pause; resume; reserve | reply:false | -
  cancelReservation              | - | -
  enable                         | >Idle Enabled(LocalAPI,Enable,100,c1) boardOn X1 clearOwn reply:true | enabled out:X1
  disable                        | reply:false | -
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | - | fault:Error
  fault:Emergency                | - | fault:Emergency
  meterStarted                   | meterStop: | -
  meterStopped; sessionIdDrawn; deadline | - | -

= WaitingForAuthentication | basic | plugged in | session plugged
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Finished >Idle SessionFinished deny clearOwn energy Unknown | fresh
  EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn store:s0 | auth tx out:16A wakeUp+30000
  withdraw                       | Deauthorized PluginTimeout | -
  stopTx; pause; resume; reserve | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >Finished >Disabled SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny energy Unknown reply:false | disabling noSession out:F ?plugged
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | deny | -
  fault:Error                    | >Finished deny energy | fault:Error
  fault:Emergency                | >Finished deny energy | fault:Emergency
  meterStarted                   | meterStop:s0 | -
  meterStopped; sessionIdDrawn; deadline | - | -

= WaitingForAuthentication | basic | authorised, the cable's rating not known | session plugged auth capabilities:socket limit:0 resv:7
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Finished >Idle SessionFinished deny clearOwn energy Unknown authOff | fresh
  EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | >Finished ReservationEnd Deauthorized SessionFinished authOff deny energy Unknown | noAuth noSession noResv
  stopTx; pause; resume          | reply:false | -
  reserve                        | reply:false | -
  cancelReservation              | ReservationEnd | noResv
  enable                         | reply:true | -
  disable                        | >Finished >Disabled SessionFinished Disabled(LocalAPI,Disable,100,c1) ReservationEnd F boardOff deny energy Unknown authOff reply:false | disabling noSession noAuth noResv out:F ?plugged
  forceUnlock                    | unlock reply:true | -
  limits:0                       | - | ?limits
  limits:10                      | - | limit:10 limits+10000
  capabilities                   | >PrepareCharging TransactionStarted(TAG,#7) PrepareCharging store:s0 | tx noResv
  proximity                      | >PrepareCharging TransactionStarted(TAG,#7) PrepareCharging store:s0 | cable:A_20 tx noResv
  phases:1                       | limits:0/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | deny | -
  fault:Error                    | >Finished deny energy ReservationEnd | fault:Error noResv
  fault:Emergency                | >Finished deny energy ReservationEnd | fault:Emergency noResv
  meterStarted                   | meterStop:s0 | -
  meterStopped; sessionIdDrawn; deadline | - | -

= PrepareCharging | basic | power on offer, the vehicle in B | session plugged auth tx out:16A wakeUp+20000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | >Charging ChargingStarted allow:FullPowerCharging | asks ~wakeUp
  CarRequestedStopPower          | - | -                                             [10]
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff clearOwn store: energy Unknown | fresh
  EFtoBCD; BCDtoEF; BCDtoE       | - | -
  PilotStopped                   | pwm:26.67 | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | - | -                                             [6]
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) X1 deny authOff store: energy reply:true Unknown | noAuth noTx cancelled out:X1 ~wakeUp
  pause                          | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) X1 reply:true | paused out:X1 ~wakeUp [12]
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx out:F ~wakeUp ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) X1 deny authOff store: energy unlock reply:true Unknown | noAuth noTx cancelled out:X1 ~wakeUp
  limits:0                       | X1 limits:0/3 oc:0 | limit:0 out:X1 ~wakeUp ?limits [2]
  limits:10                      | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  capabilities:10                | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Error out:X1 ~wakeUp [4]
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Emergency out:X1 ~wakeUp
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= PrepareCharging | basic | the vehicle asks, no power on offer | session plugged auth tx asks noPower
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff clearOwn store: energy Unknown | fresh
  EFtoBCD; PilotStopped          | - | -
  BCDtoEF; BCDtoE                | - | asksNot                                       [20]
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) deny authOff store: energy reply:true Unknown | noAuth noTx cancelled
  pause                          | >ChargingPausedEVSE ChargingPausedEVSE(NoEnergy+UserPause) reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) deny authOff store: energy unlock reply:true Unknown | noAuth noTx cancelled
  limits:0                       | - | ?limits
  limits:10                      | >Charging ChargingStarted pwm:16.67 limits:10/3 oc:10 allow:FullPowerCharging | limit:10 out:10A limits+10000
  capabilities                   | - | -
  proximity                      | - | cable:A_20
  phases:1                       | limits:0/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error+NoEnergy) deny | fault:Error
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error+NoEnergy) deny | fault:Emergency
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= Charging | basic | 16 A flowing | session plugged auth tx asks engaged out:16A
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | >StoppingCharging StoppingCharging | asksNot stopping+20000 [11]
  CarUnplugged                   | >StoppingCharging StoppingCharging X1 | unplugged left asksNot out:X1 stopping+20000
  EFtoBCD                        | - | -
  BCDtoEF; BCDtoE                | >StoppingCharging StoppingCharging | asksNot stopping+20000 [20]
  PilotStopped                   | pwm:26.67 | -
  ContactorEngaged               | - | -
  ContactorReleased              | >StoppingCharging >ChargingPausedEV >PrepareCharging >Charging StoppingCharging ChargingPausedEV PrepareCharging ChargingStarted X1 pwm:26.67 allow:FullPowerCharging | released [21]
  authorize                      | - | -
  withdraw                       | - | -                                             [6]
  stopTx                         | >StoppingCharging StoppingCharging X1 authOff reply:true | noAuth cancelled out:X1 stopping+20000
  pause                          | >StoppingCharging StoppingCharging X1 reply:true | paused out:X1 stopping+20000
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging StoppingCharging X1 reply:false | disabling out:X1 stopping+20000
  forceUnlock                    | >StoppingCharging StoppingCharging X1 authOff unlock reply:true | noAuth cancelled out:X1 stopping+20000
  limits:0                       | >StoppingCharging StoppingCharging X1 limits:0/3 oc:0 | limit:0 out:X1 stopping+20000 ?limits
  limits:10                      | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  capabilities:10                | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0                        | - | -
  meter:20                       | - | overCurrent+7000
  fault:None                     | - | -                                             [1]
  fault:Error                    | >StoppingCharging StoppingCharging F deny | fault:Error out:F stateF+300 stopping+20000 [4]
  fault:Emergency                | >StoppingCharging StoppingCharging F deny | fault:Emergency out:F stateF+300 stopping+20000 [4]
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= ChargingPausedEV | basic | the vehicle in B under PWM | session plugged auth tx out:16A
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | >PrepareCharging >Charging PrepareCharging ChargingStarted allow:FullPowerCharging | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff clearOwn store: energy Unknown | fresh
  EFtoBCD; BCDtoEF; BCDtoE       | - | -
  PilotStopped                   | pwm:26.67 | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -                                             [6]
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) X1 deny authOff store: energy reply:true Unknown | noAuth noTx cancelled out:X1
  pause                          | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) X1 reply:true | paused out:X1 [12]
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) X1 deny authOff store: energy unlock reply:true Unknown | noAuth noTx cancelled out:X1
  limits:0                       | >ChargingPausedEVSE ChargingPausedEVSE(NoEnergy) X1 limits:0/3 oc:0 | limit:0 out:X1 ?limits
  limits:10                      | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  capabilities:10                | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0                        | - | -
  meter:20                       | - | overCurrent+7000
  fault:None                     | - | -
  fault:Error                    | >ChargingPausedEVSE ChargingPausedEVSE(Error) X1 deny | fault:Error out:X1 [3] [4]
  fault:Emergency                | >ChargingPausedEVSE ChargingPausedEVSE(Error) X1 deny | fault:Emergency out:X1 [3]
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= ChargingPausedEVSE | basic | paused by its user, the vehicle in B | session plugged auth tx paused reasons:UserPause
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff clearOwn store: energy Unknown | fresh
  EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -                                             [6]
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) deny authOff store: energy reply:true Unknown | noAuth noTx cancelled ?paused
  pause                          | reply:true | -
  resume                         | >PrepareCharging PrepareCharging pwm:26.67 reply:true | notPaused out:16A wakeUp+30000
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx notPaused out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) deny authOff store: energy unlock reply:true Unknown | noAuth noTx cancelled ?paused
  limits:0                       | ChargingPausedEVSE(NoEnergy+UserPause) limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | ChargingPausedEVSE(Error+UserPause) deny | fault:Error [4]
  fault:Emergency                | ChargingPausedEVSE(Error+UserPause) deny | fault:Emergency
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= ChargingPausedEVSE | basic | for an error and want of energy, the vehicle in C | session plugged auth tx asks fault:Error noPower reasons:Error+NoEnergy
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished F deny authOff clearOwn store: energy Unknown | fresh out:F
  EFtoBCD; PilotStopped          | - | -
  BCDtoEF; BCDtoE                | - | asksNot                                       [20]
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) deny authOff store: energy reply:true Unknown | noAuth noTx cancelled
  pause                          | ChargingPausedEVSE(Error+NoEnergy+UserPause) reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) deny authOff store: energy unlock reply:true Unknown | noAuth noTx cancelled
  limits:0                       | - | ?limits
  limits:10                      | ChargingPausedEVSE(Error) limits:10/3 oc:10 | limit:10 limits+10000
  capabilities                   | - | -
  proximity                      | - | cable:A_20
  phases:1                       | limits:0/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | ChargingPausedEVSE(NoEnergy) | fault:None
  fault:Error                    | - | -
  fault:Emergency                | deny | fault:Emergency                            [4]
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= StoppingCharging | basic | paused by its user, the contactor still closed | session plugged auth tx paused asks engaged stopping+15000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | - | unplugged left asksNot
  EFtoBCD; PilotStopped          | - | -
  BCDtoEF; BCDtoE                | - | asksNot                                       [20]
  ContactorEngaged               | - | -
  ContactorReleased              | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) | released ~stopping
  authorize; withdraw            | - | -
  stopTx                         | authOff reply:true | noAuth cancelled
  pause                          | reply:true | -
  resume                         | reply:true | notPaused
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | reply:false | disabling
  forceUnlock                    | authOff unlock reply:true | noAuth cancelled
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | deny | fault:Error                                [4]
  fault:Emergency                | deny | fault:Emergency                            [4]
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= StoppingCharging | basic | paused by the vehicle, the contactor still closed | session plugged auth tx engaged out:16A stopping+15000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | X1 | unplugged left out:X1
  EFtoBCD; BCDtoEF; BCDtoE       | - | -
  PilotStopped                   | - | out:X1
  ContactorEngaged               | - | -
  ContactorReleased              | >ChargingPausedEV ChargingPausedEV | released ~stopping
  authorize; withdraw            | - | -
  stopTx                         | X1 authOff reply:true | noAuth cancelled out:X1
  pause                          | X1 reply:true | paused out:X1
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | X1 reply:false | disabling out:X1
  forceUnlock                    | X1 authOff unlock reply:true | noAuth cancelled out:X1
  limits:0                       | X1 limits:0/3 oc:0 | limit:0 out:X1 ?limits
  limits:10                      | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  capabilities:10                | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | X1 deny | fault:Error out:X1                      [4]
  fault:Emergency                | X1 deny | fault:Emergency out:X1                  [4]
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= Finished | basic | stopped from afar, still plugged in | session plugged cancelled why:Remote
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Idle SessionFinished clearOwn Unknown | fresh
  EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | - | -
  stopTx; pause; resume; reserve | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >Disabled SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff Unknown reply:false | disabling noSession notCancelled out:F ?plugged
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | deny | fault:Error
  fault:Emergency                | deny | fault:Emergency
  meterStarted                   | meterStop:s0 | -
  meterStopped; sessionIdDrawn; deadline | - | -

= T_step_EF | basic | waking the vehicle up | session plugged auth tx woken out:F return:PrepareCharging/nominal stepEf+3000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >PrepareCharging >StoppingCharging >Finished >Idle PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff clearOwn store: energy Unknown | fresh
  EFtoBCD; BCDtoEF; BCDtoE       | - | -
  PilotStopped                   | - | ?out
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | authOff reply:true | noAuth cancelled
  pause                          | reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >PrepareCharging >StoppingCharging >Finished >Disabled PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx ?plugged ?wokenUp ~stepEf
  forceUnlock                    | authOff unlock reply:true | noAuth cancelled
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Error out:X1 ?wokenUp ~stepEf
  fault:Emergency                | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Emergency out:X1 ?wokenUp ~stepEf
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= T_step_X1 | basic | falling back to nominal PWM | session plugged auth tx return:PrepareCharging/nominal stepX1+2000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >PrepareCharging >StoppingCharging >Finished >Idle PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff clearOwn store: energy Unknown | fresh
  EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | authOff reply:true | noAuth cancelled
  pause                          | reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >PrepareCharging >StoppingCharging >Finished >Disabled PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged ~stepX1
  forceUnlock                    | authOff unlock reply:true | noAuth cancelled
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) deny | fault:Error ~stepX1
  fault:Emergency                | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) deny | fault:Emergency ~stepX1
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= SwitchPhases | basic | to one phase, the contactor open | session plugged auth tx capabilities:switch active:1 pending:1 switchPhases+8000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished onePhase deny authOff clearOwn store: energy Unknown | fresh ~switchPhases [19]
  EFtoBCD; BCDtoEF; BCDtoE; PilotStopped | - | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) onePhase deny authOff store: energy reply:true Unknown | noAuth noTx cancelled noPending ~switchPhases [19]
  pause                          | reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) onePhase F boardOff deny authOff store: energy Unknown reply:false | disabling noSession noAuth noTx noPending out:F ?plugged ~switchPhases [19]
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) onePhase deny authOff store: energy unlock reply:true Unknown | noAuth noTx cancelled noPending ~switchPhases [19]
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10,switch         | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | -
  fault:None                     | - | -
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) onePhase deny | fault:Error noPending ~switchPhases [19]
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) onePhase deny | fault:Emergency noPending ~switchPhases [19]
  meterStarted; meterStopped; sessionIdDrawn; deadline | - | -

= Idle | hlc | nobody there | - | hlc
  CarRequestedPower; CarRequestedStopPower; CarUnplugged; PilotStopped | - | -
  stopTx; pause                  | reply:false | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | F | fault:Error out:F
  fault:Emergency                | F | fault:Emergency out:F
  slacState:MATCHED              | - | slac:MATCHED
  v2gSetupFinished; hlcAllow; hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | - | -
  dlinkTerminate                 | - | -
  dlinkError                     | - | -

= Disabled | hlc | by a local switch | disabling out:F | hlc
  CarRequestedPower; CarRequestedStopPower | - | -
  CarUnplugged                   | - | left
  PilotStopped                   | - | ?out
  stopTx; pause                  | reply:false | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | - | fault:Error
  fault:Emergency                | - | fault:Emergency
  slacState:MATCHED              | - | slac:MATCHED
  v2gSetupFinished; hlcAllow; hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | - | -
  dlinkTerminate                 | - | -
  dlinkError                     | - | -

= WaitingForAuthentication | hlc | 5 % on | session plugged fivePercent out:5% | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Finished >Idle SessionFinished X1 deny clearOwn energy Unknown | fresh
  PilotStopped                   | - | out:X1
  stopTx; pause                  | reply:false | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >Finished X1 deny energy slac:reset | fault:Error out:X1
  fault:Emergency                | >Finished X1 deny energy slac:reset | fault:Emergency out:X1
  slacState:MATCHED              | - | slac:MATCHED
  v2gSetupFinished               | - | v2g hlcActive
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted  | - | -
  requestErrorRoutine            | >T_step_EF F slac:reset deny | out:F stepEf+4000
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny | out:X1 stepX1+3000

= PrepareCharging | hlc | 5 % on, the vehicle in C | session plugged auth tx asks hlcActive v2g slac:MATCHED fivePercent out:5% | hlc
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished hlc:stop_charging X1 deny authOff clearOwn store: energy Unknown | fresh
  PilotStopped                   | pwm:5 | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) hlc:stop_charging deny authOff store: energy reply:true Unknown | noAuth noTx cancelled
  pause                          | reply:true | paused                                [12]
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Error
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished               | - | -
  hlcAllow                       | >Charging ChargingStarted allow:FullPowerCharging | hlcAllowed
  hlcDeny; currentDemandStarted  | - | -
  requestErrorRoutine            | >T_step_EF F slac:reset deny | out:F stepEf+4000
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause [?]
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate [?]
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny | out:X1 stepX1+3000

= Charging | hlc | 5 % on | session plugged auth tx asks engaged hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% | hlc
  CarRequestedPower              | - | -
  CarRequestedStopPower          | >StoppingCharging StoppingCharging hlc:stop_charging | asksNot stopping+20000
  CarUnplugged                   | >StoppingCharging StoppingCharging hlc:stop_charging | unplugged left asksNot ?out stopping+20000
  PilotStopped                   | - | out:X1
  stopTx                         | >StoppingCharging StoppingCharging authOff hlc:stop_charging reply:true | noAuth cancelled stopping+20000
  pause                          | >StoppingCharging StoppingCharging hlc:stop_charging reply:true | paused stopping+20000
  limits:0                       | limits:0/3 oc:0 | limit:0 noEnergy+5000 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging StoppingCharging hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Error stopping+20000
  fault:Emergency                | >StoppingCharging StoppingCharging X1 hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1 stopping+20000
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished; hlcAllow     | - | -
  hlcDeny                        | - | hlcDenied
  currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause hlcDenied
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate hlcDenied
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny | out:X1 stepX1+3000 hlcDenied

= ChargingPausedEV | hlc | 5 % on | session plugged auth tx hlcActive v2g slac:MATCHED fivePercent out:5% | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished hlc:stop_charging X1 deny authOff clearOwn store: energy Unknown | fresh
  PilotStopped                   | - | out:X1
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) hlc:stop_charging deny authOff store: energy reply:true Unknown | noAuth noTx cancelled
  pause                          | reply:true | paused                                [12]
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Error
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished               | - | -
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny | out:X1 stepX1+3000

= ChargingPausedEVSE | hlc | 5 % on, paused by its user | session plugged auth tx paused reasons:UserPause hlcActive v2g slac:MATCHED fivePercent out:5% | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished hlc:stop_charging X1 deny authOff clearOwn store: energy Unknown | fresh
  PilotStopped                   | - | out:X1
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) hlc:stop_charging deny authOff store: energy reply:true Unknown | noAuth noTx cancelled ?paused
  pause                          | reply:true | -
  limits:0                       | ChargingPausedEVSE(NoEnergy+UserPause) limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | ChargingPausedEVSE(Error+UserPause) hlc:error_emergency_shutdown deny | fault:Error
  fault:Emergency                | ChargingPausedEVSE(Error+UserPause) X1 hlc:error_emergency_shutdown deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished               | - | -
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny | out:X1 stepX1+3000

= StoppingCharging | hlc | stopped from afar, 5 % on, the contactor still closed | session plugged cancelled why:Remote tx asks engaged hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% stopping+15000 | hlc
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | - | unplugged left asksNot ?out
  PilotStopped                   | - | out:X1
  stopTx                         | reply:true | -
  pause                          | reply:true | paused
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | hlc:error_emergency_shutdown deny | fault:Error
  fault:Emergency                | X1 hlc:error_emergency_shutdown deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished; hlcAllow     | - | -
  hlcDeny                        | - | hlcDenied
  currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause hlcDenied
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate hlcDenied
  dlinkError                     | X1 deny slac:dlink_error | out:X1 hlcDenied

= Finished | hlc | stopped from afar, 5 % on | session plugged cancelled why:Remote hlcActive v2g slac:MATCHED fivePercent out:5% | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Idle SessionFinished X1 clearOwn Unknown | fresh
  PilotStopped                   | - | out:X1
  stopTx; pause                  | reply:false | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | hlc:error_emergency_shutdown deny | fault:Error
  fault:Emergency                | X1 hlc:error_emergency_shutdown deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished               | - | -
  hlcAllow; hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate
  dlinkError                     | X1 deny slac:dlink_error | out:X1

= T_step_EF | hlc | back to 5 % | session plugged fivePercent out:F return:WaitingForAuthentication/fivePercent stepEf+3000 | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >WaitingForAuthentication >Finished >Idle AuthRequired SessionFinished X1 deny clearOwn energy Unknown | fresh
  PilotStopped                   | - | ?out
  stopTx; pause                  | reply:false | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >WaitingForAuthentication >Finished AuthRequired X1 deny energy slac:reset | fault:Error out:X1 ~stepEf
  fault:Emergency                | >WaitingForAuthentication >Finished AuthRequired X1 deny energy slac:reset | fault:Emergency out:X1 ~stepEf
  slacState:MATCHED              | - | slac:MATCHED
  v2gSetupFinished               | - | v2g hlcActive
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | ?out dlink:Pause
  dlinkTerminate                 | X1 slac:dlink_terminate | ?out dlink:Terminate
  dlinkError                     | slac:dlink_error | -

= T_step_X1 | hlc | the data link failed, back to the start | session plugged fivePercent return:T_step_EF/X1 stepX1+2000 | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >T_step_EF >WaitingForAuthentication >Finished >Idle AuthRequired SessionFinished F X1 deny clearOwn energy Unknown | fresh
  PilotStopped                   | - | -
  stopTx; pause                  | reply:false | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >T_step_EF >WaitingForAuthentication >Finished AuthRequired F X1 deny energy slac:reset | fault:Error out:X1 ~stepX1
  fault:Emergency                | >T_step_EF >WaitingForAuthentication >Finished AuthRequired F X1 deny energy slac:reset | fault:Emergency out:X1 ~stepX1
  slacState:MATCHED              | - | slac:MATCHED
  v2gSetupFinished               | - | v2g hlcActive
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | slac:dlink_pause | dlink:Pause
  dlinkTerminate                 | slac:dlink_terminate | dlink:Terminate
  dlinkError                     | slac:dlink_error | -

= SwitchPhases | hlc | HLC wired, the vehicle in basic charging | session plugged auth tx capabilities:switch active:1 pending:1 switchPhases+8000 | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished onePhase deny authOff clearOwn store: energy Unknown | fresh ~switchPhases [19]
  PilotStopped                   | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) onePhase deny authOff store: energy reply:true Unknown | noAuth noTx cancelled noPending ~switchPhases [19]
  pause                          | reply:true | paused
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) onePhase deny | fault:Error noPending ~switchPhases [19]
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) onePhase deny | fault:Emergency noPending ~switchPhases [19]
  slacState:MATCHED              | - | slac:MATCHED
  v2gSetupFinished               | - | v2g hlcActive
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | slac:dlink_pause | dlink:Pause
  dlinkTerminate                 | slac:dlink_terminate | dlink:Terminate
  dlinkError                     | slac:dlink_error | -

= PrepareCharging | dc | cable check | session plugged auth tx asks hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% engaged | DC
  CarRequestedPower              | allow:DCCableCheck | -
  CarRequestedStopPower          | supplyOff | asksNot [10]
  CarUnplugged                   | >StoppingCharging StoppingCharging supplyOff hlc:stop_charging | unplugged left asksNot ?out stopping+20000
  PilotStopped                   | pwm:5 allow:DCCableCheck | -
  stopTx                         | >StoppingCharging StoppingCharging authOff hlc:stop_charging reply:true | noAuth cancelled stopping+20000
  pause                          | allow:DCCableCheck reply:true | paused [12]
  limits:0                       | allow:DCCableCheck limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | allow:DCCableCheck limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging StoppingCharging supplyOff hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Error stopping+20000
  fault:Emergency                | >StoppingCharging StoppingCharging X1 supplyOff hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1 stopping+20000
  slacState:MATCHING             | allow:DCCableCheck | slac:MATCHING
  v2gSetupFinished; hlcAllow     | allow:DCCableCheck | -
  hlcDeny                        | - | hlcDenied
  currentDemandStarted           | >Charging ChargingStarted allow:FullPowerCharging | -
  requestErrorRoutine            | >T_step_EF F slac:reset deny supplyOff | out:F stepEf+4000
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause hlcDenied [?]
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate hlcDenied [?]
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny supplyOff | out:X1 stepX1+3000 hlcDenied

= Charging | dc | energy transfer | session plugged auth tx asks hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% engaged | DC
  CarRequestedPower              | - | -
  CarRequestedStopPower          | >StoppingCharging StoppingCharging supplyOff hlc:stop_charging | asksNot stopping+20000
  CarUnplugged                   | >StoppingCharging StoppingCharging supplyOff hlc:stop_charging | unplugged left asksNot ?out stopping+20000
  PilotStopped                   | - | out:X1
  stopTx                         | >StoppingCharging StoppingCharging authOff hlc:stop_charging reply:true | noAuth cancelled stopping+20000
  pause                          | >StoppingCharging StoppingCharging hlc:stop_charging reply:true | paused stopping+20000
  limits:0                       | limits:0/3 oc:0 | limit:0 noEnergy+5000 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging StoppingCharging supplyOff hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Error stopping+20000
  fault:Emergency                | >StoppingCharging StoppingCharging X1 supplyOff hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1 stopping+20000
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished; hlcAllow     | - | -
  hlcDeny                        | - | hlcDenied
  currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause hlcDenied
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate hlcDenied
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny supplyOff | out:X1 stepX1+3000 hlcDenied
`;

export const chargerExtraCells = `
`;

export const chargerCourses = `
`;
