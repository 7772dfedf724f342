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
 * clear:TYPE clearOwn (all own errors) clearOthers (all but Internal) · keep:ID,FROM-TO,SIGNED bill:ID,ENERGY forget overdue:ID (the store: a transaction
 * with its readings in Wh, its bill, neither; what it did not confirm in time) · draw (a session id) · energy (a request at once) · reply:RESULT ·
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
 *  [24] PrepareCharging keeps its 5 % up: a data link that ends there is offered anew at once, as in the reference.
 *       The station looks for that vehicle again, and a vehicle that was told to stop is told that it may go on.
 *  [25] No offer stands while the pilot is in E or F; it comes back with the vehicle.
 *  [26] With a store a transaction is told, and power offered, once the store has it; its end is told once the store has
 *       the bill. Either waits 2 s at most. The reading of a running transaction is stored every 30 s. Opening the contactor
 *       never waits. Without a store nothing is stored and nothing waits.
 *  [27] An error is told as a malfunction, an emergency as an emergency; what was an emergency is not told to be less, and
 *       the end of both is told. A transaction stopped for an emergency takes direct current away in that turn.
 *  [28] With 5 % the stack's word alone closes the contactor in AC; its word that it is to open withdraws power,
 *       and so does the end of the network without a word; direct current goes off with it.
 *  [29] A vehicle that has left C is checked anew before anything closes: the supply may still be discharging.
 *  [30] Phases that are to be switched are switched before the contactor closes, and not once it has begun to.
 *  [31] A contactor that was not confirmed open stays an error without a vehicle, until it is.
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
  "stored",
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
  CarRequestedPower; CarRequestedStopPower; CarUnplugged; EFtoBCD; BCDtoE; PilotStopped | - | -
  BCDtoEF                        | - | eOrF
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
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | F | fault:Error out:F
  fault:Emergency                | F | fault:Emergency out:F
  meterStarted                   | meterStop: | -
  meterStopped; stored | - | -
  sessionIdDrawn                 | - | nextId
  deadline                       | - | -

= Idle | basic | authorised beforehand, reserved | session auth resv:7
  start                          | - | -
  CarPluggedIn                   | >WaitingForAuthentication >PrepareCharging AuthRequired TransactionStarted(TAG,#7) PrepareCharging pwm:26.67 deny energy | plugged tx noResv out:16A wakeUp+30000
  CarRequestedPower; CarRequestedStopPower; CarUnplugged; EFtoBCD; BCDtoE; PilotStopped | - | -
  BCDtoEF                        | - | eOrF
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
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | F ReservationEnd | fault:Error out:F noResv
  fault:Emergency                | F ReservationEnd | fault:Emergency out:F noResv
  meterStarted                   | meterStop:s0 | -
  meterStopped; stored | - | -
  sessionIdDrawn                 | - | nextId
  deadline                       | - | -

= Idle | basic | faulted | fault:Error out:F
  start                          | - | -
  CarPluggedIn                   | - | plugged
  CarRequestedPower; CarRequestedStopPower; CarUnplugged; EFtoBCD; BCDtoE | - | -
  BCDtoEF                        | - | eOrF
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
  meter:0; meter:20              | - | read
  fault:None                     | X1 | fault:None out:X1
  fault:Error                    | - | -
  fault:Emergency                | - | fault:Emergency
  meterStarted                   | meterStop: | -
  meterStopped; stored | - | -
  sessionIdDrawn                 | - | nextId
  deadline                       | - | -

= Disabled | basic | by a local switch | disabling out:F
  start                          | - | -
  CarPluggedIn                   | - | plugged
  CarRequestedPower; CarRequestedStopPower; EFtoBCD; BCDtoE | - | -
  BCDtoEF                        | - | eOrF
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
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | - | fault:Error
  fault:Emergency                | - | fault:Emergency
  meterStarted                   | meterStop: | -
  meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= WaitingForAuthentication | basic | plugged in | session plugged
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Finished >Idle SessionFinished deny clearOwn energy Unknown | fresh
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
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
  meter:0; meter:20              | - | read
  fault:None                     | deny | -
  fault:Error                    | >Finished deny energy | fault:Error
  fault:Emergency                | >Finished deny energy | fault:Emergency
  meterStarted                   | meterStop:s0 | -
  meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= WaitingForAuthentication | basic | authorised, the cable's rating not known | session plugged auth capabilities:socket limit:0 resv:7
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Finished >Idle SessionFinished deny clearOwn energy Unknown authOff | fresh
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
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
  capabilities                   | >PrepareCharging TransactionStarted(TAG,#7) PrepareCharging | tx noResv
  proximity                      | >PrepareCharging TransactionStarted(TAG,#7) PrepareCharging | cable:A_20 tx noResv
  phases:1                       | limits:0/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | deny | -
  fault:Error                    | >Finished deny energy ReservationEnd | fault:Error noResv
  fault:Emergency                | >Finished deny energy ReservationEnd | fault:Emergency noResv
  meterStarted                   | meterStop:s0 | -
  meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= WaitingForAuthentication | basic | authorised, the transaction on its way to the store | session plugged auth kept:1000-1000 storing:3 storeStart+1500 | store
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks                                          [26]
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Finished >Idle SessionFinished deny authOff clearOwn forget energy Unknown | fresh [26]
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | >Finished Deauthorized SessionFinished authOff deny forget energy Unknown | noAuth noSession ~storeStart
  stopTx; pause; resume; reserve | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >Finished >Disabled SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny forget energy Unknown authOff reply:false | disabling noSession noAuth out:F ?plugged ~storeStart
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | deny | -
  fault:Error                    | >Finished deny forget energy | fault:Error ~storeStart
  fault:Emergency                | >Finished deny forget energy | fault:Emergency ~storeStart
  meterStarted                   | meterStop:s0 | -
  meterStopped; deadline         | - | -
  stored                         | >PrepareCharging TransactionStarted(TAG) PrepareCharging pwm:26.67 | tx out:16A wakeUp+30000 ~storeStart [26]
  sessionIdDrawn                 | - | nextId

= PrepareCharging | basic | power on offer, the vehicle in B | session plugged auth tx out:16A wakeUp+20000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | >Charging ChargingStarted allow:FullPowerCharging | asks ~wakeUp
  CarRequestedStopPower          | - | -                                             [10]
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff clearOwn energy Unknown | fresh
  EFtoBCD; BCDtoE                | - | -
  BCDtoEF                        | X1 | eOrF out:X1 [25]
  PilotStopped                   | pwm:26.67 | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | - | -                                             [6]
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) X1 deny authOff energy reply:true Unknown | noAuth noTx cancelled out:X1 ~wakeUp
  pause                          | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) X1 reply:true | paused out:X1 ~wakeUp [12]
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx out:F ~wakeUp ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) X1 deny authOff energy unlock reply:true Unknown | noAuth noTx cancelled out:X1 ~wakeUp
  limits:0                       | X1 limits:0/3 oc:0 | limit:0 out:X1 ~wakeUp ?limits [2]
  limits:10                      | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  capabilities:10                | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Error out:X1 ~wakeUp [4]
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Emergency out:X1 ~wakeUp
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= PrepareCharging | basic | the vehicle asks, no power on offer | session plugged auth tx asks noPower
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff clearOwn energy Unknown | fresh
  EFtoBCD; PilotStopped          | - | -
  BCDtoE                         | - | asksNot                                       [20]
  BCDtoEF                        | - | asksNot eOrF [20]
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) deny authOff energy reply:true Unknown | noAuth noTx cancelled
  pause                          | >ChargingPausedEVSE ChargingPausedEVSE(NoEnergy+UserPause) reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) deny authOff energy unlock reply:true Unknown | noAuth noTx cancelled
  limits:0                       | - | ?limits
  limits:10                      | >Charging ChargingStarted pwm:16.67 limits:10/3 oc:10 allow:FullPowerCharging | limit:10 out:10A limits+10000
  capabilities                   | - | -
  proximity                      | - | cable:A_20
  phases:1                       | limits:0/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error+NoEnergy) deny | fault:Error
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error+NoEnergy) deny | fault:Emergency
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= Charging | basic | 16 A flowing | session plugged auth tx asks engaged out:16A
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | >StoppingCharging StoppingCharging | asksNot stopping+20000 [11]
  CarUnplugged                   | >StoppingCharging StoppingCharging X1 | unplugged left asksNot out:X1 stopping+20000
  EFtoBCD                        | - | -
  BCDtoE                         | >StoppingCharging StoppingCharging | asksNot stopping+20000 [20]
  BCDtoEF                        | >StoppingCharging StoppingCharging X1 | asksNot stopping+20000 eOrF out:X1 [20] [25]
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
  meter:0                        | - | read
  meter:20                       | - | read overCurrent+7000
  fault:None                     | - | -                                             [1]
  fault:Error                    | >StoppingCharging StoppingCharging F deny | fault:Error out:F stateF+300 stopping+20000 [4]
  fault:Emergency                | >StoppingCharging StoppingCharging F deny | fault:Emergency out:F stateF+300 stopping+20000 [4]
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= ChargingPausedEV | basic | the vehicle in B under PWM | session plugged auth tx out:16A
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | >PrepareCharging >Charging PrepareCharging ChargingStarted allow:FullPowerCharging | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff clearOwn energy Unknown | fresh
  EFtoBCD; BCDtoE                | - | -
  BCDtoEF                        | X1 | eOrF out:X1 [25]
  PilotStopped                   | pwm:26.67 | -
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -                                             [6]
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) X1 deny authOff energy reply:true Unknown | noAuth noTx cancelled out:X1
  pause                          | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) X1 reply:true | paused out:X1 [12]
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) X1 deny authOff energy unlock reply:true Unknown | noAuth noTx cancelled out:X1
  limits:0                       | >ChargingPausedEVSE ChargingPausedEVSE(NoEnergy) X1 limits:0/3 oc:0 | limit:0 out:X1 ?limits
  limits:10                      | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  capabilities:10                | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0                        | - | read
  meter:20                       | - | read overCurrent+7000
  fault:None                     | - | -
  fault:Error                    | >ChargingPausedEVSE ChargingPausedEVSE(Error) X1 deny | fault:Error out:X1 [3] [4]
  fault:Emergency                | >ChargingPausedEVSE ChargingPausedEVSE(Error) X1 deny | fault:Emergency out:X1 [3]
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= ChargingPausedEVSE | basic | paused by its user, the vehicle in B | session plugged auth tx paused reasons:UserPause
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff clearOwn energy Unknown | fresh
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -                                             [6]
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) deny authOff energy reply:true Unknown | noAuth noTx cancelled ?paused
  pause                          | reply:true | -
  resume                         | >PrepareCharging PrepareCharging pwm:26.67 reply:true | notPaused out:16A wakeUp+30000
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx notPaused out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) deny authOff energy unlock reply:true Unknown | noAuth noTx cancelled ?paused
  limits:0                       | ChargingPausedEVSE(NoEnergy+UserPause) limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | ChargingPausedEVSE(Error+UserPause) deny | fault:Error [4]
  fault:Emergency                | ChargingPausedEVSE(Error+UserPause) deny | fault:Emergency
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= ChargingPausedEVSE | basic | for an error and want of energy, the vehicle in C | session plugged auth tx asks fault:Error noPower reasons:Error+NoEnergy
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished F deny authOff clearOwn energy Unknown | fresh out:F
  EFtoBCD; PilotStopped          | - | -
  BCDtoE                         | - | asksNot                                       [20]
  BCDtoEF                        | - | asksNot eOrF [20]
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) deny authOff energy reply:true Unknown | noAuth noTx cancelled
  pause                          | ChargingPausedEVSE(Error+NoEnergy+UserPause) reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) deny authOff energy unlock reply:true Unknown | noAuth noTx cancelled
  limits:0                       | - | ?limits
  limits:10                      | ChargingPausedEVSE(Error) limits:10/3 oc:10 | limit:10 limits+10000
  capabilities                   | - | -
  proximity                      | - | cable:A_20
  phases:1                       | limits:0/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | ChargingPausedEVSE(NoEnergy) | fault:None
  fault:Error                    | - | -
  fault:Emergency                | deny | fault:Emergency                            [4]
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= StoppingCharging | basic | paused by its user, the contactor still closed | session plugged auth tx paused asks engaged stopping+15000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | - | unplugged left asksNot
  EFtoBCD; PilotStopped          | - | -
  BCDtoE                         | - | asksNot                                       [20]
  BCDtoEF                        | - | asksNot eOrF [20]
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
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | deny | fault:Error                                [4]
  fault:Emergency                | deny | fault:Emergency                            [4]
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= StoppingCharging | basic | paused by the vehicle, the contactor still closed | session plugged auth tx engaged out:16A stopping+15000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | X1 | unplugged left out:X1
  EFtoBCD; BCDtoE                | - | -
  BCDtoEF                        | X1 | eOrF out:X1 [25]
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
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | X1 deny | fault:Error out:X1                      [4]
  fault:Emergency                | X1 deny | fault:Emergency out:X1                  [4]
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= Finished | basic | stopped from afar, still plugged in | session plugged cancelled why:Remote
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >Idle SessionFinished clearOwn Unknown | fresh
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
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
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | deny | fault:Error
  fault:Emergency                | deny | fault:Emergency
  meterStarted                   | meterStop:s0 | -
  meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= Finished | basic | stopped from afar, the bill on its way to the store | session plugged cancelled why:Remote tx bill:Remote storing:3 storeFinish+1500 | store
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | - | unplugged left asksNot                        [26]
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize                      | - | -
  withdraw                       | - | -
  stopTx                         | reply:true | -
  pause                          | reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | reply:false | disabling                           [26]
  forceUnlock                    | unlock reply:true | -
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | deny | fault:Error
  fault:Emergency                | deny | fault:Emergency
  meterStarted; meterStopped; deadline | - | -
  stored                         | ChargingFinished TransactionFinished(Remote,at=noon) forget Unknown | noTx ~storeFinish [26]
  sessionIdDrawn                 | - | nextId

= T_step_EF | basic | waking the vehicle up | session plugged auth tx woken out:F return:PrepareCharging/nominal stepEf+3000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >PrepareCharging >StoppingCharging >Finished >Idle PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff clearOwn energy Unknown | fresh
  EFtoBCD; BCDtoE                | - | -
  BCDtoEF                        | - | eOrF
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
  disable                        | >PrepareCharging >StoppingCharging >Finished >Disabled PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx ?plugged ?wokenUp ~stepEf
  forceUnlock                    | authOff unlock reply:true | noAuth cancelled
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Error out:X1 ?wokenUp ~stepEf
  fault:Emergency                | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) X1 deny | fault:Emergency out:X1 ?wokenUp ~stepEf
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= T_step_X1 | basic | falling back to nominal PWM | session plugged auth tx return:PrepareCharging/nominal stepX1+2000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >PrepareCharging >StoppingCharging >Finished >Idle PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff clearOwn energy Unknown | fresh
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | authOff reply:true | noAuth cancelled
  pause                          | reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >PrepareCharging >StoppingCharging >Finished >Disabled PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx out:F ?plugged ~stepX1
  forceUnlock                    | authOff unlock reply:true | noAuth cancelled
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10                | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) deny | fault:Error ~stepX1
  fault:Emergency                | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) deny | fault:Emergency ~stepX1
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

= SwitchPhases | basic | to one phase, the contactor open | session plugged auth tx capabilities:switch active:1 pending:1 switchPhases+8000
  start                          | - | -
  CarPluggedIn                   | - | -
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished onePhase deny authOff clearOwn energy Unknown | fresh ~switchPhases [19]
  EFtoBCD; BCDtoE; PilotStopped  | - | -
  BCDtoEF                        | - | eOrF
  ContactorEngaged               | - | engaged
  ContactorReleased              | - | -
  authorize; withdraw            | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) onePhase deny authOff energy reply:true Unknown | noAuth noTx cancelled noPending ~switchPhases [19]
  pause                          | reply:true | paused
  resume                         | reply:true | -
  reserve                        | reply:false | -
  cancelReservation              | - | -
  enable                         | reply:true | -
  disable                        | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) onePhase F boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx noPending out:F ?plugged ~switchPhases [19]
  forceUnlock                    | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(UnlockCommand) onePhase deny authOff energy unlock reply:true Unknown | noAuth noTx cancelled noPending ~switchPhases [19]
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  capabilities:10,switch         | limits:10/3 oc:10 | limit:10
  proximity                      | - | cable:A_20
  phases:1                       | limits:16/1 | available:1
  meter:0; meter:20              | - | read
  fault:None                     | - | -
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) onePhase deny | fault:Error noPending ~switchPhases [19]
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) onePhase deny | fault:Emergency noPending ~switchPhases [19]
  meterStarted; meterStopped; stored; deadline | - | -
  sessionIdDrawn                 | - | nextId

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
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished hlc:stop_charging X1 deny authOff clearOwn energy Unknown | fresh
  PilotStopped                   | pwm:5 | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) hlc:stop_charging deny authOff energy reply:true Unknown | noAuth noTx cancelled
  pause                          | reply:true | paused                                [12]
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) hlc:error_malfunction hlc:stop_charging deny | fault:Error
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished               | - | -
  hlcAllow                       | >Charging ChargingStarted allow:FullPowerCharging | hlcAllowed
  hlcDeny; currentDemandStarted  | - | -
  requestErrorRoutine            | >T_step_EF F slac:reset deny | out:F stepEf+4000
  dlinkPause                     | X1 pwm:5 slac:dlink_pause | dlink:Pause [24]
  dlinkTerminate                 | X1 pwm:5 slac:dlink_terminate slac:enter_bcd | dlink:Terminate [24]
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
  fault:Error                    | >StoppingCharging StoppingCharging hlc:error_malfunction hlc:stop_charging deny | fault:Error stopping+20000
  fault:Emergency                | >StoppingCharging StoppingCharging X1 hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1 stopping+20000
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished; hlcAllow     | - | -
  hlcDeny                        | deny | hlcDenied [28]
  currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause hlcDenied
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate hlcDenied
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny | out:X1 stepX1+3000 hlcDenied

= ChargingPausedEV | hlc | 5 % on | session plugged auth tx hlcActive v2g slac:MATCHED fivePercent out:5% | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished hlc:stop_charging X1 deny authOff clearOwn energy Unknown | fresh
  PilotStopped                   | - | out:X1
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) hlc:stop_charging deny authOff energy reply:true Unknown | noAuth noTx cancelled
  pause                          | reply:true | paused                                [12]
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) hlc:error_malfunction hlc:stop_charging deny | fault:Error
  fault:Emergency                | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished               | - | -
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate
  dlinkError                     | >T_step_X1 X1 hlc:go_on slac:dlink_error deny | out:X1 stepX1+3000

= ChargingPausedEVSE | hlc | 5 % on, paused by its user | session plugged auth tx paused reasons:UserPause hlcActive v2g slac:MATCHED fivePercent out:5% | hlc
  CarRequestedPower              | - | asks
  CarRequestedStopPower          | - | -
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished hlc:stop_charging X1 deny authOff clearOwn energy Unknown | fresh
  PilotStopped                   | - | out:X1
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) hlc:stop_charging deny authOff energy reply:true Unknown | noAuth noTx cancelled ?paused
  pause                          | reply:true | -
  limits:0                       | ChargingPausedEVSE(NoEnergy+UserPause) limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | ChargingPausedEVSE(Error+UserPause) hlc:error_malfunction deny | fault:Error
  fault:Emergency                | ChargingPausedEVSE(Error+UserPause) X1 hlc:error_emergency_shutdown deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished               | - | -
  hlcAllow                       | - | hlcAllowed
  hlcDeny; currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate
  dlinkError                     | >T_step_X1 X1 hlc:go_on slac:dlink_error deny | out:X1 stepX1+3000

= StoppingCharging | hlc | stopped from afar, 5 % on, the contactor still closed | session plugged cancelled why:Remote tx asks engaged hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% stopping+15000 | hlc
  CarRequestedPower              | - | -
  CarRequestedStopPower          | - | asksNot
  CarUnplugged                   | - | unplugged left asksNot ?out
  PilotStopped                   | - | out:X1
  stopTx                         | reply:true | -
  pause                          | reply:true | paused
  limits:0                       | limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | hlc:error_malfunction deny | fault:Error
  fault:Emergency                | X1 hlc:error_emergency_shutdown deny | fault:Emergency out:X1
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished; hlcAllow     | - | -
  hlcDeny                        | deny | hlcDenied [28]
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
  fault:Error                    | hlc:error_malfunction deny | fault:Error
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
  CarUnplugged                   | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished onePhase deny authOff clearOwn energy Unknown | fresh ~switchPhases [19]
  PilotStopped                   | - | -
  stopTx                         | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) onePhase deny authOff energy reply:true Unknown | noAuth noTx cancelled noPending ~switchPhases [19]
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
  CarRequestedStopPower          | supplyOff | asksNot hlcDenied [10] [29]
  CarUnplugged                   | >StoppingCharging StoppingCharging supplyOff hlc:stop_charging | unplugged left asksNot hlcDenied ?out stopping+20000 [29]
  PilotStopped                   | pwm:5 allow:DCCableCheck | -
  stopTx                         | >StoppingCharging StoppingCharging authOff hlc:stop_charging reply:true | noAuth cancelled stopping+20000
  pause                          | allow:DCCableCheck reply:true | paused [12]
  limits:0                       | allow:DCCableCheck limits:0/3 oc:0 | limit:0 ?limits
  limits:10                      | allow:DCCableCheck limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging StoppingCharging supplyOff hlc:error_malfunction hlc:stop_charging deny | fault:Error stopping+20000
  fault:Emergency                | >StoppingCharging StoppingCharging X1 supplyOff hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1 stopping+20000
  slacState:MATCHING             | allow:DCCableCheck | slac:MATCHING
  v2gSetupFinished; hlcAllow     | allow:DCCableCheck | -
  hlcDeny                        | - | hlcDenied
  currentDemandStarted           | >Charging ChargingStarted allow:FullPowerCharging | -
  requestErrorRoutine            | >T_step_EF F slac:reset deny supplyOff | out:F stepEf+4000 hlcDenied
  dlinkPause                     | X1 pwm:5 slac:dlink_pause | dlink:Pause hlcDenied [24]
  dlinkTerminate                 | X1 pwm:5 slac:dlink_terminate slac:enter_bcd | dlink:Terminate hlcDenied [24]
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny supplyOff | out:X1 stepX1+3000 hlcDenied

= Charging | dc | energy transfer | session plugged auth tx asks hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% engaged | DC
  CarRequestedPower              | - | -
  CarRequestedStopPower          | >StoppingCharging StoppingCharging supplyOff hlc:stop_charging | asksNot hlcDenied stopping+20000 [29]
  CarUnplugged                   | >StoppingCharging StoppingCharging supplyOff hlc:stop_charging | unplugged left asksNot hlcDenied ?out stopping+20000 [29]
  PilotStopped                   | - | out:X1
  stopTx                         | >StoppingCharging StoppingCharging authOff hlc:stop_charging reply:true | noAuth cancelled stopping+20000
  pause                          | >StoppingCharging StoppingCharging hlc:stop_charging reply:true | paused stopping+20000
  limits:0                       | limits:0/3 oc:0 | limit:0 noEnergy+5000 ?limits
  limits:10                      | limits:10/3 oc:10 | limit:10 limits+10000
  fault:Error                    | >StoppingCharging StoppingCharging supplyOff hlc:error_malfunction hlc:stop_charging deny | fault:Error stopping+20000
  fault:Emergency                | >StoppingCharging StoppingCharging X1 supplyOff hlc:error_emergency_shutdown hlc:stop_charging deny | fault:Emergency out:X1 stopping+20000
  slacState:MATCHING             | - | slac:MATCHING
  v2gSetupFinished; hlcAllow     | - | -
  hlcDeny                        | - | hlcDenied
  currentDemandStarted; requestErrorRoutine | - | -
  dlinkPause                     | X1 slac:dlink_pause | out:X1 dlink:Pause hlcDenied
  dlinkTerminate                 | X1 slac:dlink_terminate | out:X1 dlink:Terminate hlcDenied
  dlinkError                     | >T_step_X1 X1 slac:dlink_error deny supplyOff | out:X1 stepX1+3000 hlcDenied
`;

/** Where each state is found most plainly: what the lines below start from. */
export const situations: Record<string, string> = {
  Disabled: "disabling out:F",
  Idle: "-",
  WaitingForAuthentication: "session plugged",
  PrepareCharging: "session plugged auth tx noPower",
  Charging: "session plugged auth tx asks engaged out:16A",
  ChargingPausedEV: "session plugged auth tx out:16A",
  ChargingPausedEVSE: "session plugged auth tx paused reasons:UserPause",
  StoppingCharging: "session plugged auth tx paused engaged stopping+15000",
  Finished: "session plugged cancelled",
  T_step_EF: "session plugged auth tx out:F return:PrepareCharging/nominal stepEf+3000",
  T_step_X1: "session plugged auth tx return:PrepareCharging/nominal stepX1+2000",
  SwitchPhases: "session plugged auth tx capabilities:switch active:1 pending:1 switchPhases+8000",
};

/** What holds in several states alike: `states | facts | options | event | effects | facts`. */
export const chargerAnywhere = `
  ChargingPausedEV | eOrF out:X1 | - | EFtoBCD | pwm:26.67 | notEOrF out:16A
  Disabled Idle WaitingForAuthentication PrepareCharging Charging ChargingPausedEVSE StoppingCharging Finished T_step_EF T_step_X1 SwitchPhases | eOrF | - | EFtoBCD | - | notEOrF
  ChargingPausedEV PrepareCharging | eOrF out:X1 | - | CarPluggedIn | - | -
  Disabled Idle WaitingForAuthentication PrepareCharging ChargingPausedEVSE StoppingCharging Finished T_step_EF T_step_X1 SwitchPhases | asks | - | CarRequestedStopPower | - | asksNot
  Disabled Idle WaitingForAuthentication PrepareCharging ChargingPausedEVSE StoppingCharging Finished T_step_EF T_step_X1 SwitchPhases | asks | - | BCDtoEF | - | asksNot eOrF [20]
  Disabled Idle WaitingForAuthentication PrepareCharging ChargingPausedEVSE StoppingCharging Finished T_step_EF T_step_X1 SwitchPhases | asks | - | BCDtoE | - | asksNot [20]
  ChargingPausedEV | asks hlcActive out:5% | hlc | BCDtoEF | - | asksNot eOrF
  ChargingPausedEV | asks hlcActive out:5% | hlc | BCDtoE | - | asksNot
  Disabled WaitingForAuthentication Finished T_step_EF T_step_X1 | engaged | - | ContactorReleased | - | released
  Idle | engaged | - | ContactorReleased | clear:Internal | released [31]
  SwitchPhases | fivePercent | hlc | dlinkTerminate | X1 slac:dlink_terminate | dlink:Terminate
  PrepareCharging ChargingPausedEV ChargingPausedEVSE | engaged | - | ContactorReleased | - | released
  Disabled PrepareCharging Charging ChargingPausedEV ChargingPausedEVSE StoppingCharging Finished T_step_EF T_step_X1 SwitchPhases | - | - | authorize:TAG#9 | - | -
  Finished | notCancelled | - | authorize:TAG#9 | - | -
  Finished | notCancelled auth fault:Error | - | withdraw | - | -
  T_step_EF T_step_X1 | noTx noAuth fivePercent return:WaitingForAuthentication/fivePercent | hlc | authorize:TAG#9 | Authorized authOn | auth resv:9
  T_step_EF T_step_X1 | noTx resv:9 fivePercent return:WaitingForAuthentication/fivePercent | hlc | withdraw | ReservationEnd Deauthorized authOff | noAuth noResv
  PrepareCharging | hlcActive | hlcX1 | CarRequestedPower | - | asks
  T_step_EF | hlcActive out:X1 ~stepEf stepEfX1+500 | hlc | CarRequestedPower | - | asks
  WaitingForAuthentication | auth capabilities:socket limit:0 | - | authorize:TAG#9 | - | -
  Idle | session auth | - | authorize:TAG#9 | - | -
  Disabled WaitingForAuthentication PrepareCharging Charging ChargingPausedEV ChargingPausedEVSE StoppingCharging Finished T_step_EF T_step_X1 SwitchPhases | resv:7 | - | cancelReservation | ReservationEnd | noResv
  T_step_EF T_step_X1 | noTx noAuth fivePercent return:WaitingForAuthentication/fivePercent | hlc | withdraw | - | -
  Finished | - | - | withdraw | - | -
  Finished | tx auth call:3 meterStop+9000 | meter | withdraw | - | - [6]
  StoppingCharging | unplugged left | - | reserve | reply:false | -
  Finished | unplugged left tx call:3 meterStop+9000 | meter | reserve | reply:false | -
  T_step_EF T_step_X1 | noTx noAuth fivePercent return:WaitingForAuthentication/fivePercent | hlc meter | meterStarted:late | meterStop:s0 | -
  Disabled Idle WaitingForAuthentication Charging ChargingPausedEV ChargingPausedEVSE StoppingCharging Finished T_step_EF T_step_X1 SwitchPhases | hlcActive hlcAllowed | DC | currentDemandStarted | - | -
  Disabled Idle WaitingForAuthentication PrepareCharging StoppingCharging Finished | limits+0 limits16 | - | deadline | limits:0/3 oc:0 | limit:0 ~limits
  T_step_EF T_step_X1 SwitchPhases | limits+0 | - | deadline | limits:0/3 oc:0 | limit:0 ~limits
  Charging ChargingPausedEV ChargingPausedEVSE StoppingCharging | - | hlc | v2gSetupFinished | - | v2g hlcActive
  Finished | - | hlc | v2gSetupFinished | - | -
  WaitingForAuthentication ChargingPausedEVSE Finished T_step_EF T_step_X1 SwitchPhases | hlcActive | hlc | CarRequestedPower | - | asks
  PrepareCharging | hlcActive fivePercent out:5% | hlc | CarRequestedPower | - | asks
  Charging | hlcActive out:X1 | hlc | CarRequestedPower | pwm:26.67 | out:16A
  StoppingCharging | hlcActive | hlc | CarRequestedPower | - | asks bcb+3700
  ChargingPausedEV | hlcActive out:X1 | hlc | CarRequestedPower | - | asks bcb+3700
  ChargingPausedEV | hlcActive out:5% | hlc | CarRequestedPower | - | asks
  ChargingPausedEV | - | meter | CarUnplugged | >StoppingCharging >Finished StoppingCharging X1 deny energy meterStop:s0 | unplugged left out:X1 meterStop+10000 [17]
  ChargingPausedEVSE | - | meter | CarUnplugged | >StoppingCharging >Finished StoppingCharging deny energy meterStop:s0 | unplugged left meterStop+10000 [17]
  PrepareCharging | - | meter | CarUnplugged | >StoppingCharging >Finished StoppingCharging deny energy meterStop:s0 | unplugged left meterStop+10000
  T_step_EF | - | meter | CarUnplugged | >PrepareCharging >StoppingCharging >Finished PrepareCharging StoppingCharging X1 deny energy meterStop:s0 | unplugged left out:X1 meterStop+10000 ~stepEf
  T_step_X1 | - | meter | CarUnplugged | >PrepareCharging >StoppingCharging >Finished PrepareCharging StoppingCharging deny energy meterStop:s0 | unplugged left meterStop+10000 ~stepX1
  SwitchPhases | - | meter | CarUnplugged | >StoppingCharging >Finished StoppingCharging deny energy onePhase meterStop:s0 | unplugged left noPending meterStop+10000 ~switchPhases
  T_step_EF | hlcActive fivePercent return:PrepareCharging/fivePercent | hlc | fault:Error | >PrepareCharging >StoppingCharging >ChargingPausedEVSE PrepareCharging StoppingCharging ChargingPausedEVSE(Error) X1 deny hlc:error_malfunction hlc:stop_charging | fault:Error out:X1 ~stepEf
  T_step_EF | hlcActive fivePercent return:PrepareCharging/fivePercent | hlc | disable | >PrepareCharging >StoppingCharging >Finished >Disabled PrepareCharging StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F boardOff deny authOff energy Unknown hlc:stop_charging reply:false | disabling noSession noAuth noTx unplugged ~stepEf
  Idle Disabled | noNextId | - | sessionIdDrawn | - | nextId
`;

export const chargerExtraCells = `
# Start. The board has not been enabled before.
  @Idle notStarted noNextId | - | start | >Idle Enabled(Unspecified,Unassigned,10000) boardOn X1 clearOwn | fresh ?started
  @Idle notStarted disabling | - | start | >Idle >Disabled Disabled(LocalAPI,Disable,100,c1) boardOn boardOff X1 F clearOwn | @Disabled out:F
  @Idle notStarted fault:Error | - | start | >Idle Enabled(Unspecified,Unassigned,10000) boardOn F clearOwn | out:F
  @Idle notStarted | - | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000
  @Idle notStarted | - | fault:Error | F | fault:Error out:F
  @Idle notStarted | - | CarPluggedIn | - | plugged

# Plugged in while faulted: the session begins when the error has gone.
  @Idle fault:Error out:F plugged | - | fault:None | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired X1 deny IEC61851-1 draw energy | fault:None drawnSession out:X1
  @Idle fault:Error out:F plugged | - | reserve | reply:false | -                        [18]
  @Idle fault:Error out:F plugged | - | CarUnplugged | - | unplugged
  @Idle fault:Emergency out:F | - | fault:Error | - | fault:Error

# Reservations.
  @Idle | - | reserve:-5 | ReservationStart reply:true | resv:-1
  @Idle resv:7 | - | reserve:8 | reply:false | -
  @Idle resv:-1 | - | reserve:8 | reply:true | resv:8
  @Idle resv:0 | - | reserve:8 | reply:false | -
  @Idle resv:7 | - | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected,#7) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  @Idle resv:-1 | - | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  @Idle resv:7 | - | authorize | SessionStarted(Authorized,TAG,#7) Authorized IEC61851-1 draw authOn | drawnSession auth noResv
  @Idle | - | authorize:TAG#9 | SessionStarted(Authorized,TAG,#9) Authorized IEC61851-1 draw authOn | drawnSession auth
  @Idle resv:-1 | - | authorize:TAG#9 | SessionStarted(Authorized,TAG,#9) Authorized IEC61851-1 draw authOn | drawnSession auth noResv
  @Idle resv:7 | - | authorize:TAG#9 | SessionStarted(Authorized,TAG,#7) Authorized IEC61851-1 draw authOn | drawnSession auth noResv
  @Idle resv:7 | - | withdraw | - | -
  @Idle resv:7 | - | disable | >Disabled Disabled(LocalAPI,Disable,100,c1) ReservationEnd F boardOff reply:false | disabling noResv out:F
  @WaitingForAuthentication session plugged | - | authorize:TAG#9 | >PrepareCharging Authorized TransactionStarted(TAG,#9) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
  @WaitingForAuthentication session plugged resv:7 | - | withdraw | Deauthorized PluginTimeout | -

# Authorisation that counts no more, and authorisation nobody waits for.
  @WaitingForAuthentication session plugged cancelled | - | authorize | - | -
  @Idle disabled0 | - | deadline | >Disabled Disabled(LocalAPI,Disable,100) F boardOff | out:F
  @WaitingForAuthentication session plugged | mrec9 | withdraw | Deauthorized PluginTimeout raise:MREC9AuthorizationTimeout:Medium | -
  @Idle | free | CarPluggedIn | >WaitingForAuthentication >PrepareCharging SessionStarted(EVConnected) AuthRequired Authorized TransactionStarted(FREESERVICE) PrepareCharging pwm:26.67 deny authOn IEC61851-1 draw energy | plugged drawnSession tx out:16A wakeUp+30000 ?authorized
  @WaitingForAuthentication session plugged asks | - | authorize | >PrepareCharging >Charging Authorized TransactionStarted(TAG) PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging authOn | auth tx out:16A
  @WaitingForAuthentication session plugged noPower | - | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging authOn | auth tx
  @WaitingForAuthentication session plugged capabilities:socket limit:0 | - | authorize | Authorized authOn | auth
  @WaitingForAuthentication session plugged capabilities:socket limits16 | - | proximity:A_13 | limits:13/3 oc:13 | cable:A_13
  @WaitingForAuthentication session plugged capabilities:socket limits16 cable:A_13 | - | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:21.67 authOn limits:13/3 oc:13 | auth tx out:13A wakeUp+30000

# What follows authorisation in AC with HLC.
  @WaitingForAuthentication session plugged fivePercent out:5% | hlc | authorize | >T_step_EF Authorized TransactionStarted(TAG) F authOn | auth tx no5Percent out:F stepEf+4000
  @WaitingForAuthentication session plugged fivePercent out:5% | hlc enforce | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging authOn | auth tx wakeUp+30000
  @WaitingForAuthentication session plugged fivePercent out:5% slac:MATCHING | hlc | authorize | Authorized TransactionStarted(TAG) authOn | auth tx fallback+10000
  @WaitingForAuthentication session plugged fivePercent out:5% slac:MATCHED v2g hlcActive | hlc | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging authOn | auth tx
  @WaitingForAuthentication session plugged | hlcX1 | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
  @WaitingForAuthentication session plugged slac:MATCHED | hlcX1 | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
  @WaitingForAuthentication session plugged fivePercent out:5% slac:MATCHED | hlc | authorize:PNC | Authorized TransactionStarted(PNC) authOn | pnc tx fallback+10000
  @WaitingForAuthentication session plugged slac:MATCHED v2g hlcActive | hlcX1 | authorize:PNC | >PrepareCharging Authorized TransactionStarted(PNC) PrepareCharging pwm:5 authOn | pnc tx fivePercent out:5%
  @WaitingForAuthentication session plugged fivePercent out:5% slac:MATCHED | hlc enforce | authorize:PNC | Authorized TransactionStarted(PNC) authOn | pnc tx fallback+10000
  @WaitingForAuthentication session plugged auth tx fivePercent out:5% slac:MATCHED fallback+5000 | hlc | v2gSetupFinished | >PrepareCharging PrepareCharging | v2g hlcActive ~fallback
  @WaitingForAuthentication session plugged fivePercent fivePercent+300 | hlc enforce | authorize | Authorized TransactionStarted(TAG) authOn | auth tx
  @WaitingForAuthentication session plugged fivePercent out:5% | DC | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging authOn | auth tx
  @WaitingForAuthentication session plugged fivePercent out:5% hlcActive | DC | authorize:PNC | >PrepareCharging Authorized TransactionStarted(PNC) PrepareCharging authOn | pnc tx
  @Idle session auth | hlc | CarPluggedIn | >WaitingForAuthentication >PrepareCharging AuthRequired TransactionStarted(TAG) PrepareCharging pwm:26.67 deny energy | plugged tx out:16A wakeUp+30000
  @Idle session auth | hlc enforce | CarPluggedIn | >WaitingForAuthentication AuthRequired TransactionStarted(TAG) deny energy | plugged tx fivePercent fivePercent+500
  @Idle | hlcX1 | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  @Idle hlcActive | DC | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession fivePercent fivePercent+500

# PrepareCharging with HLC and DC.
  @PrepareCharging session plugged auth tx hlcActive hlcAllowed v2g fivePercent out:5% | hlc | CarRequestedPower | >Charging ChargingStarted allow:FullPowerCharging | asks
  @PrepareCharging session plugged auth tx hlcActive v2g fivePercent out:5% | hlc | CarRequestedPower | - | asks
  @PrepareCharging session plugged auth tx hlcActive asks v2g fivePercent out:5% | DC | hlcAllow | allow:DCCableCheck | hlcAllowed
  @PrepareCharging session plugged auth tx hlcActive hlcAllowed v2g fivePercent out:5% | DC | CarRequestedPower | allow:DCCableCheck | asks
  @PrepareCharging session plugged auth tx hlcActive asks v2g fivePercent out:5% | DC | currentDemandStarted | - | -
  @PrepareCharging session plugged auth tx hlcActive asks hlcAllowed noPower v2g fivePercent out:5% | hlc | deadline | - | -
  @PrepareCharging session plugged auth tx asks out:16A | - | currentDemandStarted | >Charging ChargingStarted allow:FullPowerCharging | -
  @PrepareCharging session plugged auth tx hlcActive fivePercent out:5% | DC | CarUnplugged | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff clearOwn energy Unknown hlc:stop_charging supplyOff | fresh hlcActive
  @PrepareCharging session plugged auth tx out:16A wakeUp+20000 | hlc | v2gSetupFinished | - | v2g hlcActive ~wakeUp
  @PrepareCharging session plugged auth tx out:16A wakeUp+20000 | hlc | requestErrorRoutine | >T_step_EF F slac:reset deny | out:F stepEf+4000 ~wakeUp
  @PrepareCharging session plugged auth tx out:16A wakeUp+20000 | hlc | dlinkError | slac:dlink_error | -
  @PrepareCharging session plugged auth tx out:5% fivePercent hlcActive noPower | DC | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000
  @PrepareCharging session plugged auth out:16A wakeUp+20000 | - | deadline | >StoppingCharging >Finished StoppingCharging X1 deny energy | out:X1 ~wakeUp

# Charging with HLC: an offer that has gone, requests to stop by name, helper steps.
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc noEnergyAtOnce | limits:0 | >StoppingCharging StoppingCharging hlc:stop_charging limits:0/3 oc:0 | limit:0 stopping+20000 ?limits
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% noEnergy+2000 | hlc | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000 ~noEnergy
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc | stopTx:EmergencyStop | >StoppingCharging StoppingCharging authOff hlc:error_emergency_shutdown hlc:stop_charging reply:true | noAuth cancelled stopping+20000
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc | stopTx:PowerLoss | >StoppingCharging StoppingCharging authOff hlc:error_utility_interrupt hlc:stop_charging reply:true | noAuth cancelled stopping+20000
  @Charging session plugged auth tx asks engaged out:16A | - | stopTx:EmergencyStop | >StoppingCharging StoppingCharging X1 authOff reply:true | noAuth cancelled out:X1 stopping+20000
  @Charging session plugged auth tx asks engaged out:16A | hlc | dlinkError | slac:dlink_error | -
  @Charging session plugged auth tx asks engaged hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% | hlc | slacState:UNMATCHED | deny | slac:UNMATCHED hlcDenied dlink:Lost [28]
  @Charging session plugged auth tx asks engaged hlcAllowed hlcActive v2g slac:MATCHED fivePercent out:5% | DC | slacState:UNMATCHED | supplyOff | slac:UNMATCHED hlcDenied dlink:Lost [28]
  @Charging session plugged auth tx asks engaged hlcAllowed hlcActive v2g slac:MATCHED out:16A | hlc | slacState:UNMATCHED | - | slac:UNMATCHED
  @Charging session plugged auth tx asks engaged hlcActive v2g slac:MATCHED fivePercent out:5% dlink:Terminate | hlc | slacState:UNMATCHED | - | slac:UNMATCHED
  @ChargingPausedEV session plugged auth tx hlcActive v2g slac:MATCHED fivePercent out:5% | hlc | slacState:UNMATCHED | X1 | slac:UNMATCHED out:X1 dlink:Lost
  @PrepareCharging session plugged auth tx hlcActive v2g slac:MATCHED fivePercent out:5% | hlc | slacState:UNMATCHED | - | slac:UNMATCHED dlink:Lost
  @Charging session plugged auth tx asks engaged hlcActive hlcAllowed | hlc | ContactorReleased | >StoppingCharging >ChargingPausedEV StoppingCharging ChargingPausedEV hlc:stop_charging | released [21]
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc | BCDtoEF | >StoppingCharging StoppingCharging hlc:stop_charging | asksNot stopping+20000 eOrF [20]
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | DC | BCDtoE | >StoppingCharging StoppingCharging hlc:stop_charging supplyOff | asksNot stopping+20000 [22]
  @Charging session plugged auth tx asks engaged hlcActive out:16A | hlcX1 | limits:0 | limits:0/3 oc:0 | limit:0 noEnergy+5000 ?limits
  @StoppingCharging session plugged auth tx engaged hlcActive out:16A limit:0 stopping+9000 | hlcX1 | deadline | X1 | out:X1
  @StoppingCharging session plugged auth tx engaged hlcActive out:16A stopping+9000 paused | hlcX1 | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) X1 | released out:X1 ~stopping
  @StoppingCharging session plugged cancelled why:Remote tx engaged hlcActive out:5% stopping+9000 | hlc | ContactorReleased | >Finished ChargingFinished TransactionFinished(Remote) deny energy Unknown | released noTx ~stopping
  @StoppingCharging session plugged cancelled why:Remote tx engaged hlcActive out:16A stopping+9000 | hlcX1 | ContactorReleased | >Finished ChargingFinished TransactionFinished(Remote) X1 deny energy Unknown | released noTx out:X1 ~stopping
  @StoppingCharging session plugged auth tx engaged hlcActive fivePercent out:5% stopping+9000 | hlc | dlinkError | >T_step_X1 X1 deny hlc:go_on slac:dlink_error | out:X1 stepX1+3000 ~stopping
  @StoppingCharging session plugged auth tx disabling engaged hlcActive fivePercent out:5% stopping+9000 | hlc | dlinkError | X1 deny slac:dlink_error | out:X1
  @StoppingCharging session plugged auth engaged hlcActive fivePercent out:5% stopping+9000 | hlc | dlinkError | X1 deny slac:dlink_error | out:X1
  @Finished session plugged cancelled hlcActive fivePercent out:5% | DC | dlinkError | X1 deny supplyOff slac:dlink_error | out:X1
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | DC | fault:Error | >StoppingCharging StoppingCharging deny supplyOff hlc:error_malfunction hlc:stop_charging | fault:Error stopping+20000
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | DC | stopTx:EmergencyStop | >StoppingCharging StoppingCharging X1 deny supplyOff authOff hlc:error_emergency_shutdown hlc:stop_charging reply:true | out:X1 noAuth cancelled stopping+20000 [27]
  @ChargingPausedEVSE session plugged auth tx fault:Emergency reasons:Error hlcActive out:X1 | DC | fault:Error | deny supplyOff | fault:Error [27]
  @ChargingPausedEVSE session plugged auth tx fault:Error reasons:Error hlcActive fivePercent out:5% | DC | fault:Emergency | X1 deny supplyOff hlc:error_emergency_shutdown | fault:Emergency out:X1 [27]
  @ChargingPausedEVSE session plugged auth tx fault:Error reasons:Error hlcActive fivePercent out:X1 dlink:Terminate | DC | fault:None | >PrepareCharging PrepareCharging pwm:5 hlc:error_over hlc:go_on slac:enter_bcd | fault:None out:5% noDlink [27]
  @ChargingPausedEV session plugged auth tx hlcActive fivePercent out:5% dlink:Pause | hlc | deadline | X1 | out:X1
  @ChargingPausedEV session plugged auth tx hlcActive fivePercent noPower | hlc | deadline | - | -
  @ChargingPausedEV session plugged auth tx hlcActive out:16A | hlcX1 | limits:10 | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  @ChargingPausedEV session plugged auth tx hlcActive out:16A | hlcX1 | limits:0 | X1 limits:0/3 oc:0 | limit:0 out:X1 limits+10000
  @ChargingPausedEV session plugged auth tx hlcActive out:16A dlink:Pause | hlcX1 | deadline | X1 | out:X1
  @ChargingPausedEVSE session plugged auth tx paused reasons:UserPause hlcActive fivePercent out:5% | hlc | resume | >PrepareCharging PrepareCharging hlc:go_on reply:true slac:enter_bcd | notPaused
  @ChargingPausedEVSE session plugged auth tx paused reasons:UserPause hlcActive fivePercent dlink:Pause | hlc | resume | >PrepareCharging PrepareCharging hlc:go_on reply:true pwm:5 | notPaused noDlink out:5%
  @ChargingPausedEVSE session plugged auth tx paused reasons:UserPause hlcActive fivePercent dlink:Terminate | hlc | resume | >PrepareCharging PrepareCharging hlc:go_on reply:true pwm:5 slac:enter_bcd | notPaused noDlink out:5%
  @ChargingPausedEVSE session plugged auth tx fault:Error reasons:Error asks | - | fault:None | >PrepareCharging >Charging PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging | fault:None out:16A
  @ChargingPausedEVSE session plugged auth tx noPower reasons:NoEnergy | - | limits:10 | >PrepareCharging PrepareCharging pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000 wakeUp+30000
  @ChargingPausedEVSE session plugged auth reasons:UserPause paused | - | deadline | >StoppingCharging >Finished StoppingCharging deny energy | -
  @ChargingPausedEV session plugged auth out:16A | - | deadline | >StoppingCharging >Finished StoppingCharging X1 deny energy | out:X1
  @Charging session plugged auth asks engaged out:16A | - | deadline | >StoppingCharging StoppingCharging X1 | out:X1 stopping+20000
  @T_step_EF session plugged auth tx cancelled out:F return:PrepareCharging/nominal stepEf+3000 | - | stopTx | reply:true | -

# Stopping, by every reason, once the contactor is confirmed open.
  @StoppingCharging session plugged auth tx engaged fault:Error asks stopping+9000 | - | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(Error) | released ~stopping
  @StoppingCharging session plugged auth tx engaged noPower asks stopping+9000 | - | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(NoEnergy) | released ~stopping
  @StoppingCharging session plugged auth tx engaged asks stopping+9000 | - | ContactorReleased | >ChargingPausedEV >PrepareCharging >Charging ChargingPausedEV PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging | released out:16A ~stopping
  @StoppingCharging session plugged auth tx engaged disabling why:EVSEDisabled asks stopping+9000 | - | ContactorReleased | >Finished >Disabled ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) F deny boardOff authOff energy Unknown | released noTx noAuth noSession unplugged out:F ~stopping
  @StoppingCharging session left tx auth engaged stopping+9000 | - | ContactorReleased | >Finished >Idle ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff energy clearOwn Unknown | released fresh ~stopping
  @StoppingCharging session plugged left tx auth engaged stopping+9000 | - | ContactorReleased | >Finished >Idle >WaitingForAuthentication ChargingFinished TransactionFinished(EVDisconnected) SessionFinished SessionStarted(EVConnected) AuthRequired deny authOff energy clearOwn Unknown IEC61851-1 draw | released fresh @WaitingForAuthentication plugged drawnSession ~stopping [17]
  @StoppingCharging session plugged cancelled why:Local by:CARD tx engaged stopping+9000 | - | ContactorReleased | >Finished ChargingFinished TransactionFinished(Local,CARD) deny energy Unknown | released noTx ~stopping
  @StoppingCharging session left tx auth engaged stopping+9000 | - | CarPluggedIn | - | plugged        [17]
  @StoppingCharging session plugged auth tx cancelled engaged stopping+9000 | - | stopTx:Local | reply:true | -
  @Charging session plugged auth tx asks engaged out:16A | - | stopTx:Local,CARD | >StoppingCharging StoppingCharging X1 authOff reply:true | noAuth cancelled out:X1 stopping+20000
  @Charging session plugged auth tx asks engaged out:16A | noLock | forceUnlock | reply:false | -

# Enabling and disabling: the table decides, whatever is named last.
  @Idle | - | disable:LocalAPI,100,c0 | >Disabled Disabled(LocalAPI,Disable,100) F boardOff reply:false | disabled0 out:F
  @Idle | - | disable:Unspecified,10000,c1 | >Disabled Disabled(Unspecified,Disable,10000,c1) F boardOff reply:false | disabling out:F
  @Disabled disabling out:F | - | enable:CSMS,200,c1 | reply:false | -                  [7]
  @Disabled disabling out:F | - | enable:CSMS,50,c1 | >Idle Enabled(CSMS,Enable,50,c1) boardOn X1 clearOwn reply:true | enabled out:X1
  @Disabled disabling out:F | - | enable:LocalAPI,100,c0 | Enabled(LocalAPI,Enable,100) reply:true | ?disableRequested
  @Disabled disabled0 out:F | - | enable:LocalAPI,100,c0 | >Idle Enabled(LocalAPI,Enable,100) boardOn X1 clearOwn reply:true | enabled out:X1
  @Disabled disabled0 out:F | - | enable:LocalAPI,100,c1 | >Idle Enabled(LocalAPI,Enable,100,c1) boardOn X1 clearOwn reply:true | enabled out:X1
  @Disabled disabled0 out:F | - | disable:CSMS,200,c1 | reply:false | disabling           [7]
  @Disabled disabling out:F fault:Error | - | enable | >Idle Enabled(LocalAPI,Enable,100,c1) boardOn clearOwn reply:true | enabled
  @StoppingCharging session plugged auth tx disabling why:EVSEDisabled asks engaged stopping+9000 | - | enable | Enabled(LocalAPI,Enable,100,c1) reply:true | enabled [8]
  @Finished session plugged auth tx disabling why:EVSEDisabled meterStop+9000 call:3 | meter | enable | Enabled(LocalAPI,Enable,100,c1) reply:true | enabled [8]

# What the store is given, and when. [26]
  @WaitingForAuthentication session plugged | store | authorize | Authorized authOn keep:s0,1000-1000 | auth storeStart+2000
  @WaitingForAuthentication session plugged asks | store | authorize | Authorized authOn keep:s0,1000-1000 | auth storeStart+2000
  @WaitingForAuthentication session plugged noMeter | store | authorize | Authorized authOn keep:s0 | auth storeStart+2000
  @WaitingForAuthentication session plugged | store meter | authorize | Authorized authOn meterStart | auth meterStart+10000
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | store meter | meterStarted:signed | keep:s0,1000-1000,end | storeStart+2000 ~meterStart
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | store meter | CarUnplugged | >Finished >Idle SessionFinished deny authOff clearOwn energy Unknown | fresh
  @WaitingForAuthentication session plugged auth kept:1000-1000 storing:3 storeStart+1500 | store meter | CarUnplugged | >Finished >Idle SessionFinished deny authOff clearOwn meterStop:s0 forget energy Unknown | fresh
  @WaitingForAuthentication session plugged auth kept:1000-1000 storing:3 storeStart+1500 | store meter | withdraw | >Finished Deauthorized SessionFinished authOff deny meterStop:s0 forget energy Unknown | noAuth noSession ~storeStart
  @WaitingForAuthentication session plugged auth kept:1000-1000 storing:3 storeStart+1500 fivePercent out:5% | store hlc | requestErrorRoutine | >T_step_EF F slac:reset deny forget | out:F stepEf+4000 ~storeStart
  @WaitingForAuthentication session plugged auth kept:1000-1000 storing:3 storeStart+1500 | store | stored:late | - | -
  @WaitingForAuthentication session plugged auth kept:1000-1000 storing:3 storeStart+1500 resv:7 asks | store | stored | >PrepareCharging >Charging TransactionStarted(TAG,#7) PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging | tx noResv out:16A ~storeStart
  @WaitingForAuthentication session plugged auth kept:1000-1000 storing:3 storeStart+1500 noPower | store | stored | >PrepareCharging TransactionStarted(TAG) PrepareCharging | tx ~storeStart
  @WaitingForAuthentication session plugged auth kept:1000-1000 storing:3 storeStart+1500 fivePercent out:5% slac:MATCHING | store hlc | stored | TransactionStarted(TAG) | tx fallback+10000 ~storeStart
  @PrepareCharging session plugged auth tx out:16A kept:1000-1000 wakeUp+9000 | store | CarUnplugged | >StoppingCharging >Finished StoppingCharging X1 deny bill:s0,1000 energy | unplugged left out:X1 storeFinish+2000 ~wakeUp
  @StoppingCharging session plugged auth tx engaged disabling why:EVSEDisabled kept:1000-1000 stopping+9000 | store | ContactorReleased | >Finished deny bill:s0,1000 energy | released storeFinish+2000 ~stopping
  @Finished session plugged cancelled why:Remote tx kept:1000-1000 call:3 meterStop+9000 | store meter | meterStopped:signed | bill:s0,1000 | storeFinish+2000 ~meterStop
  @Finished session plugged tx bill:Remote storing:3 storeFinish+1500 | store | stored:late | - | -
  @Finished session left auth tx bill:EVDisconnected storing:3 storeFinish+1500 | store | stored | >Idle ChargingFinished TransactionFinished(EVDisconnected,at=noon) SessionFinished authOff clearOwn forget Unknown | fresh
  @Finished session plugged auth disabling tx bill:EVSEDisabled storing:3 storeFinish+1500 | store | stored | >Disabled ChargingFinished TransactionFinished(EVSEDisabled,at=noon) SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff authOff forget Unknown | noTx noSession noAuth unplugged out:F ~storeFinish
  @Charging session plugged auth tx asks engaged out:16A kept:1000-1000-29999 | store | meter:0 | - | read
  @Charging session plugged auth tx asks engaged out:16A kept:1000-1000-30000 | store | meter:0 | keep:s0,1000-2000 | read
  @Charging session plugged auth tx asks engaged out:16A kept:1000-2000-30000 | store | meter:0 | - | read
  @Charging session plugged auth tx asks engaged out:16A keptBare | store | meter:0 | keep:s0,2000-2000 | read
  @PrepareCharging session plugged auth tx out:16A wakeUp+9000 kept:1000-1000-30000 | store | meter:0 | keep:s0,1000-2000 | read
  @ChargingPausedEV session plugged auth tx out:16A kept:1000-1000-30000 | store | meter:0 | keep:s0,1000-2000 | read
  @ChargingPausedEVSE session plugged auth tx paused reasons:UserPause kept:1000-1000-30000 | store | meter:0 | keep:s0,1000-2000 | read
  @StoppingCharging session plugged auth tx paused asks engaged stopping+9000 kept:1000-1000-30000 | store | meter:0 | keep:s0,1000-2000 | read
  @Finished session plugged cancelled tx kept:1000-1000-30000 call:3 meterStop+9000 | store meter | meter:0 | keep:s0,1000-2000 | read

# Limits.
  @Idle | - | limits:6900W | limits:10/3 oc:10 | limit:10 limits+10000               [15]
  @Idle | - | limits:32,6900W | limits:10/3 oc:10 | limit:10 limits+10000
  @Idle | - | limits:6,6900W | limits:6/3 oc:6 | limit:6 limits+10000
  @Idle | 110V | limits:3300W | limits:10/3 oc:10 | limit:10 limits+10000
  @Idle active:1 | - | limits:2300W | limits:10/3 oc:10 | limit:10 limits+10000
  @Idle | - | limits:-10 | limits:0/3 oc:0 | limit:0 limits+10000                     [15]
  @Idle | - | limits:-10,6900W | limits:0/3 oc:0 | limit:0 limits+10000
  @Idle | - | limits: | limits:0/3 oc:0 | limit:0 limits+10000
  @Idle | max13 | limits:16 | limits:13/3 oc:13 | limit:13 limits+10000                [15]
  @Idle capabilities:12 | - | limits:16 | limits:12/3 oc:12 | limit:12 limits+10000    [15]
  @Idle | - | limits:16,2500ms | - | limits+2500
  @Idle | - | limits:10,0ms | - | -
  @Idle active:0 | - | limits:10 | - | -
  @Idle | - | limits:10,1ph | limits:10/3 oc:10 | limit:10 limits+10000
  @Idle capabilities:switch | - | limits:10,1ph | limits:10/3 oc:10 onePhase | limit:10 active:1 limits+10000
  @Idle capabilities:switch active:1 | - | limits:10,2ph | limits:10/3 oc:10 | limit:10 limits+10000
  @Idle capabilities:switch active:1 | - | limits:10,3ph | limits:10/3 oc:10 threePhases | limit:10 active:3 limits+10000
  @Idle capabilities:switch | - | limits:10,0ph | limits:10/3 oc:10 | limit:10 limits+10000
  @Idle capabilities:switch | - | limits:2300W,1ph | limits:10/3 oc:10 onePhase | limit:10 active:1 limits+10000
  @Idle active:0 available:0 | - | capabilities | - | active:3
  @Idle active:3 available:0 | - | capabilities:1ph | limits:16/1 | active:1
  @Idle active:2 | - | capabilities | - | -
  @Idle available:0 active:3 | - | phases:2 | limits:16/2 | available:2
  @Idle capabilities:socket | - | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000
  @PrepareCharging session plugged auth tx out:16A wakeUp+9000 capabilities:socket cable:A_13 limit:13 | - | limits:20 | pwm:21.67 | ?limitA out:13A limits+10000
  @PrepareCharging session plugged auth tx out:16A wakeUp+9000 capabilities:socket cable:A_20 | - | proximity:None | X1 limits:0/3 oc:0 | cable:None out:X1 ~wakeUp
  @PrepareCharging session plugged auth tx out:16A wakeUp+9000 | - | limits:5.9 | X1 limits:5.9/3 oc:5.9 | limit:5.9 out:X1 limits+10000 ~wakeUp
  @PrepareCharging session plugged auth tx out:16A wakeUp+9000 | - | limits:5.95 | pwm:10 limits:5.95/3 oc:5.95 | limit:5.95 out:5.95A limits+10000
  @Charging session plugged auth tx asks engaged out:16A | - | limits:5.9 | >StoppingCharging StoppingCharging X1 limits:5.9/3 oc:5.9 | limit:5.9 out:X1 limits+10000 stopping+20000
  @Charging session plugged auth tx asks engaged out:16A-5000 | - | limits:10 | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  @Charging session plugged auth tx asks engaged out:16A-4999 | - | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000 pwmUpdate+1
  @Charging session plugged auth tx asks engaged out:16A-1000 pwmUpdate+4000 limit:10 | - | limits:16 | limits:16/3 oc:16 | limit:16 limits+10000 ~pwmUpdate
  @Charging session plugged auth tx asks engaged out:16A-1000 pwmUpdate+4000 limit:10 | - | pause | >StoppingCharging StoppingCharging X1 reply:true | paused out:X1 stopping+20000 ~pwmUpdate
  @Charging session plugged auth tx asks engaged out:16A-1000 pwmUpdate+4000 limit:10 | - | fault:Error | >StoppingCharging StoppingCharging F deny | fault:Error out:F stateF+300 stopping+20000 ~pwmUpdate
  @PrepareCharging session plugged auth tx out:16A-1000 wakeUp+9000 | - | limits:10 | pwm:16.67 limits:10/3 oc:10 | limit:10 out:10A limits+10000
  @ChargingPausedEV session plugged auth tx out:16A-1000 | - | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000 pwmUpdate+4000
  @StoppingCharging session plugged auth tx engaged out:16A-1000 stopping+9000 | - | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000 pwmUpdate+4000 [11]
  @PrepareCharging session plugged auth tx asks noPower capabilities:switch | - | limits:16,1ph | onePhase >Charging ChargingStarted pwm:26.67 allow:FullPowerCharging limits:16/3 oc:16 | ?limitA out:16A active:1 limits+10000 [30]
  @Charging session plugged auth tx asks engaged out:16A capabilities:switch | - | limits:16,1ph | >SwitchPhases SwitchingPhases X1 | active:1 pending:1 out:X1 limits+10000 switchPhases+10000
  @Charging session plugged auth tx asks engaged out:16A capabilities:switch | switchF switch3s | limits:16,1ph | >SwitchPhases SwitchingPhases F | active:1 pending:1 out:F limits+10000 switchPhases+3000
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% capabilities:switch | hlc | limits:16,1ph | - | limits+10000
  @ChargingPausedEV session plugged auth tx out:16A capabilities:switch | - | limits:16,1ph | onePhase | active:1 limits+10000
  @StoppingCharging session plugged auth tx engaged out:16A stopping+9000 capabilities:switch | - | limits:16,1ph | - | active:1 pending:1 limits+10000 [14]
  @StoppingCharging session plugged auth tx engaged out:16A stopping+9000 pending:1 active:1 | - | ContactorReleased | >ChargingPausedEV ChargingPausedEV onePhase | released noPending ~stopping [14]
  @SwitchPhases session plugged auth tx capabilities:switch active:1 pending:1 switchPhases+8000 | - | limits:16,3ph | - | active:3 pending:3 limits+10000
  @SwitchPhases session plugged auth tx capabilities:switch active:1 pending:1 engaged switchPhases+8000 | - | fault:Error | >StoppingCharging StoppingCharging deny | fault:Error stopping+20000 ~switchPhases [14]
  @SwitchPhases session plugged auth tx capabilities:switch active:1 pending:1 engaged switchPhases+8000 | - | CarUnplugged | >StoppingCharging StoppingCharging | unplugged left asksNot stopping+20000 ~switchPhases
  @SwitchPhases session plugged auth capabilities:switch active:1 pending:1 switchPhases+8000 | - | deadline | >StoppingCharging >Finished StoppingCharging onePhase deny energy | noPending ~switchPhases
  @SwitchPhases session plugged auth tx capabilities:switch active:1 pending:1 out:F switchPhases+8000 | switchF | disable | >StoppingCharging >Finished >Disabled StoppingCharging ChargingFinished TransactionFinished(EVSEDisabled) SessionFinished Disabled(LocalAPI,Disable,100,c1) X1 F onePhase boardOff deny authOff energy Unknown reply:false | disabling noSession noAuth noTx noPending ?plugged ~switchPhases

# Over-current.
  @Charging session plugged auth tx asks engaged out:16A | - | meter:18.15 | - | read
  @Charging session plugged auth tx asks engaged out:16A | - | meter:18.16 | - | read overCurrent+7000
  @Charging session plugged auth tx asks engaged out:16A | - | meter:18.16,0,0 | - | read overCurrent+7000
  @Charging session plugged auth tx asks engaged out:16A | - | meter:0,18.16,0 | - | read overCurrent+7000
  @Charging session plugged auth tx asks engaged out:16A | - | meter:0,0,18.16 | - | read overCurrent+7000
  @Charging session plugged auth tx asks engaged out:16A | - | meter:-18.16,0,0 | - | read overCurrent+7000
  @Charging session plugged auth tx asks engaged out:16A | - | meter:20,20,? | - | read
  @Charging session plugged auth tx asks engaged out:16A | - | meter:20,?,20 | - | read
  @Charging session plugged auth tx asks engaged out:16A | - | meter:?,20,20 | - | read
  @Charging session plugged auth tx asks engaged out:16A overCurrent+3000 | - | meter:20 | - | read
  @Charging session plugged auth tx asks engaged out:16A overCurrent+3000 | - | meter:16 | - | read ~overCurrent
  @Charging session plugged auth tx asks engaged out:16A overCurrent+3000 | - | meter:1,1,? | - | read
  @Charging session plugged auth tx asks engaged out:16A overCurrent+3000 | - | pause | >StoppingCharging StoppingCharging X1 reply:true | paused out:X1 stopping+20000 ~overCurrent
  @Charging session plugged auth tx asks engaged out:16A | tolerance0 | meter:16.5 | - | read
  @Charging session plugged auth tx asks engaged out:16A | tolerance0 | meter:16.51 | - | read overCurrent+7000
  @Charging session plugged auth tx asks engaged out:16A | tolerance0 noise2 | meter:18 | - | read
  @Charging session plugged auth tx asks engaged out:16A | overCurrent10s | meter:20 | - | read overCurrent+10000
  @Charging session plugged auth tx asks engaged out:10A-1000 | - | meter:12 | - | read overCurrent+7000 pwmUpdate+4000
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc | meter:18.15 | - | read
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc | meter:18.16 | - | read overCurrent+7000
  @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | DC | meter:99 | - | read
  @ChargingPausedEV session plugged auth tx out:16A overCurrent+3000 | - | pause | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) X1 reply:true | paused out:X1 ~overCurrent

# Errors: F only on a new one, in basic charging, nominal PWM on and the vehicle asking.
  @Charging session plugged auth tx asks engaged out:16A | noF | fault:Error | >StoppingCharging StoppingCharging X1 deny | fault:Error out:X1 stopping+20000 [4]
  @Charging session plugged auth tx asks engaged out:16A | noF | fault:Emergency | >StoppingCharging StoppingCharging X1 deny | fault:Emergency out:X1 stopping+20000
  @Charging session plugged auth tx asks engaged out:16A | longF | fault:Error | >StoppingCharging StoppingCharging F deny | fault:Error out:F stateF+1000 stopping+20000
  @StoppingCharging session plugged auth tx asks engaged fault:Error out:F stateF+200 stopping+19900 | - | fault:Emergency | deny | fault:Emergency [4]
  @StoppingCharging session plugged auth tx asks engaged fault:Emergency out:F stateF+200 stopping+19900 | - | fault:Error | deny | fault:Error
  @StoppingCharging session plugged auth tx asks engaged fault:Error out:F stateF+200 stopping+19900 | - | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(Error) | released ~stopping
  @StoppingCharging session plugged auth tx asks engaged fault:Error out:F stateF+200 stopping+19900 | - | fault:None | - | fault:None
  @StoppingCharging session plugged auth tx asks engaged fault:Error out:F stateF+200 stopping+19900 | - | stopTx | authOff reply:true | noAuth cancelled
  @StoppingCharging session plugged cancelled why:Remote tx asks engaged fault:Error out:F stateF+200 stopping+19900 | - | ContactorReleased | >Finished ChargingFinished TransactionFinished(Remote) deny energy Unknown | released noTx ~stopping
  @ChargingPausedEVSE session plugged auth tx asks fault:Error reasons:Error out:F stateF+200 | - | fault:None | - | fault:None [4]
  @ChargingPausedEVSE session plugged auth tx asks fault:Error reasons:Error out:F stateF+200 | - | fault:Emergency | deny | fault:Emergency
  @ChargingPausedEVSE session plugged auth tx asks fault:Error reasons:Error out:F stateF+200 | - | stopTx | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) deny authOff energy reply:true Unknown | noAuth noTx cancelled
  @Finished session plugged cancelled fault:Error out:F stateF+200 | - | CarUnplugged | >Idle SessionFinished clearOwn Unknown | fresh out:F
  @PrepareCharging session plugged auth tx asks hlcActive out:16A | hlcX1 | fault:Error | >StoppingCharging >ChargingPausedEVSE StoppingCharging ChargingPausedEVSE(Error) X1 deny hlc:error_malfunction hlc:stop_charging | fault:Error out:X1
  @Charging session plugged auth tx asks engaged fault:Error out:16A | - | fault:Error | >StoppingCharging StoppingCharging X1 | out:X1 stopping+20000
  @Finished session plugged cancelled hlcActive fivePercent out:5% | hlc | fault:None | - | -
  @WaitingForAuthentication session plugged fault:Error fivePercent out:5% | hlc | deadline | >Finished X1 deny energy slac:reset | out:X1

# Meters.
  @WaitingForAuthentication session plugged | meter | authorize | Authorized authOn meterStart | auth meterStart+10000
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter | meterStarted | >PrepareCharging TransactionStarted(TAG) PrepareCharging pwm:26.67 | tx out:16A wakeUp+30000 ~meterStart
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter | meterStarted:signed | >PrepareCharging TransactionStarted(TAG,signed=end) PrepareCharging pwm:26.67 | tx out:16A wakeUp+30000 ~meterStart
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter | meterStarted:unsupported | >PrepareCharging TransactionStarted(TAG) PrepareCharging pwm:26.67 | tx out:16A wakeUp+30000 ~meterStart
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter | meterStarted:refused | raise:PowermeterTransactionStartFailed:Medium | ~meterStart
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter meterErrorsAreHarmless | meterStarted:refused | >PrepareCharging TransactionStarted(TAG) PrepareCharging pwm:26.67 | tx out:16A wakeUp+30000 ~meterStart
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter | meterStarted:late | meterStop:s0 | -
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter | CarUnplugged | >Finished >Idle SessionFinished deny authOff clearOwn energy Unknown | fresh ~meterStart
  @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter | withdraw | >Finished Deauthorized SessionFinished authOff deny energy Unknown | noAuth noSession ~meterStart
  @WaitingForAuthentication session plugged auth refused | meter | deadline | - | -
  @Charging session plugged auth tx asks engaged out:16A | meter | meterStarted:late | - | -
  @Charging session plugged auth tx asks engaged out:16A | meter | meterStopped | - | -
  @Finished session plugged cancelled why:Remote tx call:3 meterStop+9000 | meter | meterStopped:late | - | -
  @Finished session plugged cancelled why:Remote tx call:3 meterStop+9000 | meter | meterStopped | ChargingFinished TransactionFinished(Remote) Unknown | noTx ~meterStop
  @Finished session plugged cancelled why:Remote tx call:3 meterStop+9000 | meter | meterStopped:signed | ChargingFinished TransactionFinished(Remote,start=begin,signed=end) Unknown | noTx ~meterStop
  @Finished session plugged cancelled why:Remote tx call:3 meterStop+9000 | meter | meterStopped:refused | ChargingFinished TransactionFinished(Remote) Unknown | noTx ~meterStop
  @Finished session left tx call:3 meterStop+9000 | meter | meterStopped | >Idle ChargingFinished TransactionFinished(EVDisconnected) SessionFinished clearOwn Unknown | fresh ~meterStop
  @Finished session plugged tx cancelled why:Remote call:3 meterStop+9000 | meter | CarUnplugged | - | unplugged left
  @Finished session plugged tx cancelled why:Remote call:3 meterStop+9000 | meter | disable | reply:false | disabling
  @Finished session plugged tx cancelled why:Remote finalReading+1500 | meter | meter:0 | meterStop:s0 | read ~finalReading meterStop+10000 [13]
  @Finished session plugged tx cancelled why:Remote call:3 meterStop+1500 | meter | meter:0 | - | read
  @Finished session plugged tx cancelled why:Remote finalReading+1500 engaged | meter | meter:0 | - | read
  @Finished session plugged cancelled tx finalReading+1500 | meter | fault:Error | deny | fault:Error
  @PrepareCharging session plugged auth tx noMeter out:16A wakeUp+9000 | - | stopTx | >StoppingCharging >Finished StoppingCharging ChargingFinished TransactionFinished(Remote) X1 deny authOff energy reply:true Unknown | noAuth noTx cancelled out:X1 ~wakeUp
`;

export const chargerCourses = `
= a whole session, plugged in first | @Idle
  0     | CarPluggedIn           | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  100   | sessionIdDrawn         | - | nextId
  5000  | authorize              | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
  6000  | ContactorEngaged       | - | engaged
  6000  | CarRequestedPower      | >Charging ChargingStarted allow:FullPowerCharging | asks ~wakeUp
  20000 | CarRequestedStopPower  | >StoppingCharging StoppingCharging | asksNot stopping+20000 [11]
  20050 | ContactorReleased      | >ChargingPausedEV ChargingPausedEV | released ~stopping
  30000 | CarRequestedPower      | >PrepareCharging >Charging PrepareCharging ChargingStarted allow:FullPowerCharging | asks
  30000 | ContactorEngaged       | - | engaged
  40000 | CarRequestedStopPower  | >StoppingCharging StoppingCharging | asksNot stopping+20000
  40010 | CarUnplugged           | X1 | unplugged left out:X1
  40050 | ContactorReleased      | >Finished >Idle ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff energy clearOwn Unknown | released fresh ~stopping
  50000 | CarPluggedIn           | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged @WaitingForAuthentication ?session

= a vehicle that shows no C is woken up once, then it counts as pausing | @WaitingForAuthentication session plugged
  0     | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
  29999 | deadline  | - | -
  30000 | deadline  | >T_step_EF F | out:F woken stepEf+4000 ~wakeUp
  33999 | deadline  | - | -
  34000 | deadline  | X1 | out:X1 stepEfX1+750 ~stepEf
  34749 | deadline  | - | -
  34750 | deadline  | >PrepareCharging PrepareCharging pwm:26.67 | out:16A pausedByEv+10000 ~stepEfX1
  44749 | deadline  | - | -
  44750 | deadline  | >ChargingPausedEV ChargingPausedEV | ~pausedByEv
  50000 | CarRequestedPower | >PrepareCharging >Charging PrepareCharging ChargingStarted allow:FullPowerCharging | asks notWoken

= a vehicle that asks during the wake-up gets power right after it | @T_step_EF session plugged auth tx woken out:F return:PrepareCharging/nominal stepEf+3000
  1000  | CarRequestedPower | - | asks
  3000  | deadline  | X1 | out:X1 stepEfX1+750 ~stepEf
  3750  | deadline  | >PrepareCharging >Charging PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging | out:16A notWoken ~stepEfX1

= the wake-up's patience counts only while power is on offer | @PrepareCharging session plugged auth tx noPower
  0     | limits:16,200000ms | pwm:26.67 limits:16/3 oc:16 | limit:16 out:16A limits+200000 wakeUp+30000 [2]
  20000 | limits:0,200000ms  | X1 limits:0/3 oc:0 | limit:0 out:X1 limits+200000 ~wakeUp
  40000 | limits:16,200000ms | pwm:26.67 limits:16/3 oc:16 | limit:16 out:16A limits+200000 wakeUp+30000
  69999 | deadline | - | -
  70000 | deadline | >T_step_EF F | out:F woken stepEf+4000 ~wakeUp

= after the wake-up, too | @PrepareCharging session plugged auth tx woken out:16A pausedByEv+4000
  0     | limits:0  | X1 limits:0/3 oc:0 | limit:0 out:X1 ~pausedByEv limits+10000
  1000  | limits:16 | pwm:26.67 limits:16/3 oc:16 | limit:16 out:16A pausedByEv+10000 limits+10000
  10999 | deadline  | - | -
  11000 | limits:16 | - | limits+10000
  11000 | deadline  | >ChargingPausedEV ChargingPausedEV | ~pausedByEv

= the link failed before authorisation: F, X1, 5 % again | @WaitingForAuthentication session plugged fivePercent out:5% | hlc
  0     | requestErrorRoutine | >T_step_EF F deny slac:reset | out:F stepEf+4000
  3999  | deadline | - | -
  4000  | deadline | X1 | out:X1 stepEfX1+750 ~stepEf
  4750  | deadline | >WaitingForAuthentication AuthRequired pwm:5 deny energy | out:5% fivePercent+500 ~stepEfX1

= identified while the vehicle is brought to look again: no 5 % any more | @WaitingForAuthentication session plugged fivePercent out:5% | hlc
  0     | requestErrorRoutine | >T_step_EF F deny slac:reset | out:F stepEf+4000
  1000  | authorize | Authorized authOn | auth
  4000  | deadline | X1 | out:X1 stepEfX1+750 ~stepEf
  4750  | deadline | >WaitingForAuthentication >PrepareCharging AuthRequired TransactionStarted(TAG) PrepareCharging pwm:5 pwm:26.67 deny energy | tx no5Percent out:16A wakeUp+30000 ~stepEfX1

= the data link failed while charging: X1, then F, then from the start | @Charging session plugged auth tx asks engaged hlcActive hlcAllowed v2g slac:MATCHED fivePercent out:5% | hlc
  0     | dlinkError | >T_step_X1 X1 deny slac:dlink_error | hlcDenied out:X1 stepX1+3000
  30    | ContactorReleased | - | released
  2999  | deadline | - | -
  3000  | deadline | >T_step_EF pwm:5 F | out:F stepEf+4000 ~stepX1
  6999  | deadline | - | -
  7000  | deadline | X1 | out:X1 stepEfX1+750 ~stepEf
  7749  | deadline | - | -
  7750  | deadline | >WaitingForAuthentication >PrepareCharging >Charging AuthRequired PrepareCharging ChargingStarted pwm:5 pwm:26.67 deny energy allow:FullPowerCharging | out:16A no5Percent ~stepEfX1

= fall-back to nominal PWM | @WaitingForAuthentication session plugged fivePercent out:5% slac:MATCHED | hlc
  0     | authorize | Authorized TransactionStarted(TAG) authOn | auth tx fallback+10000
  9999  | deadline  | - | -
  10000 | deadline  | >T_step_X1 X1 | no5Percent out:X1 stepX1+3000 ~fallback
  12999 | deadline  | - | -
  13000 | deadline  | >PrepareCharging PrepareCharging pwm:26.67 | out:16A wakeUp+30000 ~stepX1

= fall-back of a contract: through F | @WaitingForAuthentication session plugged fivePercent out:5% slac:MATCHED | hlc
  0     | authorize:PNC | Authorized TransactionStarted(PNC) authOn | pnc tx fallback+10000
  9999  | deadline  | - | -
  10000 | deadline  | >T_step_EF F | no5Percent out:F stepEf+4000 ~fallback
  14000 | deadline  | X1 | out:X1 stepEfX1+750 ~stepEf
  14750 | deadline  | >PrepareCharging PrepareCharging pwm:26.67 | out:16A wakeUp+30000 ~stepEfX1

= identified before matching: 5 % off, F, then nominal | @WaitingForAuthentication session plugged fivePercent out:5% | hlc
  0     | authorize | >T_step_EF Authorized TransactionStarted(TAG) F authOn | auth tx no5Percent out:F stepEf+4000
  4000  | deadline  | X1 | out:X1 stepEfX1+750 ~stepEf
  4750  | deadline  | >PrepareCharging PrepareCharging pwm:26.67 | out:16A wakeUp+30000 ~stepEfX1

= 5 % a moment after plug-in | @Idle | hlc
  0     | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession fivePercent fivePercent+500
  499   | deadline  | - | -
  500   | deadline  | pwm:5 | out:5% ~fivePercent

= 5 % without a moment | @Idle | hlc noSleep
  0     | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession fivePercent fivePercent+0
  0     | deadline  | pwm:5 | out:5% ~fivePercent

= the duty changes every five seconds at most | @Charging session plugged auth tx asks engaged out:16A-2000
  0     | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000 pwmUpdate+3000
  2999  | deadline  | - | -
  3000  | deadline  | pwm:16.67 | out:10A ~pwmUpdate
  3001  | limits:16 | limits:16/3 oc:16 | limit:16 limits+10000 pwmUpdate+4999
  3002  | limits:12 | limits:12/3 oc:12 | limit:12 limits+10000 pwmUpdate+4998
  7999  | deadline  | - | -
  8000  | deadline  | pwm:20 | out:12A ~pwmUpdate
  13000 | limits:16 | pwm:26.67 limits:16/3 oc:16 | limit:16 out:16A limits+10000
  17999 | limits:10 | limits:10/3 oc:10 | limit:10 limits+10000 pwmUpdate+1
  18000 | deadline  | pwm:16.67 | out:10A ~pwmUpdate

= limits end with their validity | @Charging session plugged auth tx asks engaged out:16A
  0     | limits:16 | - | limits+10000
  9999  | deadline  | - | -
  10000 | deadline  | >StoppingCharging StoppingCharging X1 limits:0/3 oc:0 | limit:0 out:X1 stopping+20000 ~limits

= a contactor that is never confirmed open | @Charging session plugged auth tx asks engaged out:16A
  0     | pause     | >StoppingCharging StoppingCharging X1 reply:true | paused out:X1 stopping+20000 [9]
  19999 | deadline  | - | -
  20000 | deadline  | deny | stopping+1000
  20999 | deadline  | - | -
  21000 | deadline  | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) raise:Internal:High | ~stopping

= a contactor that is never confirmed open, and nobody is there any more | @StoppingCharging session left tx auth engaged stopping+20000
  20000 | deadline  | deny | stopping+1000
  21000 | deadline  | >Finished >Idle ChargingFinished TransactionFinished(EVDisconnected) SessionFinished raise:Internal:High deny authOff energy clearOthers Unknown | fresh ~stopping [31]
  60000 | ContactorReleased | clear:Internal | released

= a contactor that opens once power is withdrawn | @Charging session plugged auth tx asks hlcActive engaged fivePercent out:5% | DC
  0     | pause     | >StoppingCharging StoppingCharging hlc:stop_charging reply:true | paused stopping+20000
  19999 | deadline  | - | -
  20000 | deadline  | deny supplyOff | stopping+1000
  20500 | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) | released ~stopping

= the next stop is patient again | @ChargingPausedEVSE session plugged auth tx asks paused reasons:UserPause forced
  0     | resume    | >PrepareCharging >Charging PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging reply:true | notPaused out:16A
  10    | ContactorEngaged | - | engaged
  1000  | pause     | >StoppingCharging StoppingCharging X1 reply:true | paused out:X1 stopping+20000
  20999 | deadline  | - | -
  21000 | deadline  | deny | stopping+1000

= over-current for seven seconds | @Charging session plugged auth tx asks engaged out:16A
  0     | meter:20  | - | read overCurrent+7000
  4000  | meter:20  | - | read
  6999  | deadline  | - | -
  7000  | deadline  | raise:MREC4OverCurrentFailure:High | ~overCurrent

= over-current that ends begins anew | @Charging session plugged auth tx asks engaged out:16A
  0     | meter:20  | - | read overCurrent+7000
  5000  | meter:16  | - | read ~overCurrent
  6000  | meter:20  | - | read overCurrent+7000
  12999 | deadline  | - | -
  12999 | meter:20  | - | read
  13000 | deadline  | raise:MREC4OverCurrentFailure:High | ~overCurrent

= a reading of long ago accuses nobody, the next one does | @Charging session plugged auth tx asks engaged out:16A
  0     | meter:20  | - | read overCurrent+7000
  3999  | meter:20  | - | read
  7000  | deadline  | - | ~overCurrent                                              [16]
  8000  | meter:20  | raise:MREC4OverCurrentFailure:High | read

= a reading of long ago accuses nobody, and the next one acquits | @Charging session plugged auth tx asks engaged out:16A
  0     | meter:20  | - | read overCurrent+7000
  7000  | deadline  | - | ~overCurrent
  8000  | meter:16  | - | read
  9000  | meter:20  | - | read overCurrent+7000

= nothing is carried into the next charging | @Charging session plugged auth tx asks engaged out:16A
  0     | meter:20  | - | read overCurrent+7000
  7000  | deadline  | - | ~overCurrent
  7500  | CarRequestedStopPower | >StoppingCharging StoppingCharging | asksNot stopping+20000
  7550  | ContactorReleased | >ChargingPausedEV ChargingPausedEV | released ~stopping
  8000  | meter:20  | - | read overCurrent+7000

= nor out of a pause of the vehicle's | @ChargingPausedEV session plugged auth tx out:16A
  0     | meter:20  | - | read overCurrent+7000
  7000  | deadline  | - | ~overCurrent
  7500  | CarRequestedPower | >PrepareCharging >Charging PrepareCharging ChargingStarted allow:FullPowerCharging | asks
  8000  | meter:20  | - | read overCurrent+7000

= F for 300 ms after an error | @Charging session plugged auth tx asks engaged out:16A
  0     | fault:Error | >StoppingCharging StoppingCharging F deny | fault:Error out:F stateF+300 stopping+20000 [4]
  20    | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(Error) | released ~stopping
  100   | fault:Emergency | deny | fault:Emergency
  299   | deadline  | - | -
  300   | deadline  | X1 | out:X1 ~stateF
  301   | fault:Error | deny | fault:Error
  5000  | fault:None | >PrepareCharging >Charging PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging | fault:None out:16A

= the pulse ends before charging goes on | @Charging session plugged auth tx asks engaged out:16A
  0     | fault:Error | >StoppingCharging StoppingCharging F deny | fault:Error out:F stateF+300 stopping+20000
  20    | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(Error) | released ~stopping
  100   | fault:None  | - | fault:None
  299   | deadline  | - | -
  300   | deadline  | >PrepareCharging >Charging PrepareCharging ChargingStarted X1 pwm:26.67 allow:FullPowerCharging | out:16A ~stateF

= the contactor opens after the pulse | @Charging session plugged auth tx asks engaged out:16A
  0     | fault:Emergency | >StoppingCharging StoppingCharging F deny | fault:Emergency out:F stateF+300 stopping+20000
  299   | deadline  | - | -
  300   | deadline  | X1 | out:X1 ~stateF
  400   | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(Error) | released ~stopping

= a stop during the pulse: X1 when it ends | @Charging session plugged auth tx asks engaged out:16A
  0     | fault:Error | >StoppingCharging StoppingCharging F deny | fault:Error out:F stateF+300 stopping+20000
  10    | stopTx    | authOff reply:true | noAuth cancelled
  20    | ContactorReleased | >Finished ChargingFinished TransactionFinished(Remote) deny energy Unknown | released noTx ~stopping
  300   | deadline  | X1 | out:X1 ~stateF

= phases are switched after ten seconds, the contactor being open | @Charging session plugged auth tx asks engaged out:16A capabilities:switch
  0     | limits:16,1ph,60000ms | >SwitchPhases SwitchingPhases X1 | active:1 pending:1 out:X1 limits+60000 switchPhases+10000
  500   | CarRequestedStopPower | - | asksNot
  550   | ContactorReleased | - | released
  9999  | deadline  | - | -
  10000 | deadline  | >PrepareCharging PrepareCharging pwm:26.67 onePhase | noPending out:16A wakeUp+30000 ~switchPhases
  11000 | CarRequestedPower | >Charging ChargingStarted allow:FullPowerCharging | asks ~wakeUp

= phases wait for the contactor | @Charging session plugged auth tx asks engaged out:16A capabilities:switch
  0     | limits:16,1ph,60000ms | >SwitchPhases SwitchingPhases X1 | active:1 pending:1 out:X1 limits+60000 switchPhases+10000
  10000 | deadline  | - | ~switchPhases                                             [14]
  10500 | ContactorReleased | >PrepareCharging >Charging PrepareCharging ChargingStarted pwm:26.67 onePhase allow:FullPowerCharging | released noPending out:16A

= an error during the switch: phases wait for the contactor | @SwitchPhases session plugged auth tx asks capabilities:switch active:1 pending:1 engaged switchPhases+8000
  0     | fault:Error | >StoppingCharging StoppingCharging deny | fault:Error stopping+20000 ~switchPhases
  30    | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(Error) onePhase | released noPending ~stopping

= the meter does not answer the start | @WaitingForAuthentication session plugged | meter
  0     | authorize | Authorized authOn meterStart | auth meterStart+10000
  9999  | deadline  | - | -
  10000 | deadline  | raise:PowermeterTransactionStartFailed:Medium | ~meterStart
  10500 | meterStarted:late | meterStop:s0 | -
  20000 | deadline  | - | -

= a transaction without the meter's answer keeps what the meter says later | @WaitingForAuthentication session plugged | meter meterErrorsAreHarmless
  0     | authorize | Authorized authOn meterStart | auth meterStart+10000
  9999  | deadline  | - | -
  10000 | deadline  | >PrepareCharging TransactionStarted(TAG) PrepareCharging pwm:26.67 | tx out:16A wakeUp+30000 ~meterStart
  10500 | meterStarted:late | - | -

= a transaction waits two seconds for the store, then it is told without | @WaitingForAuthentication session plugged | store
  0     | authorize | Authorized authOn keep:s0,1000-1000 | auth storeStart+2000
  1999  | deadline  | - | -
  2000  | deadline  | >PrepareCharging TransactionStarted(TAG) PrepareCharging pwm:26.67 overdue:s0 | tx out:16A wakeUp+30000 ~storeStart [26]
  2500  | stored:late | - | -

= and so does its bill | @PrepareCharging session plugged auth tx out:16A kept:1000-1000 wakeUp+20000 | store
  0     | stopTx    | >StoppingCharging >Finished StoppingCharging X1 deny authOff bill:s0,1000 energy reply:true | noAuth cancelled out:X1 storeFinish+2000 ~wakeUp
  1999  | deadline  | - | -
  2000  | deadline  | ChargingFinished TransactionFinished(Remote) overdue:s0 forget Unknown | noTx ~storeFinish [26]
  2500  | stored:late | - | -
  3000  | CarUnplugged | >Idle SessionFinished clearOwn Unknown | fresh

= what the meter reads while the bill is being stored changes it no more | @PrepareCharging session plugged auth tx out:16A kept:1000-1000 wakeUp+20000 | store
  0     | stopTx    | >StoppingCharging >Finished StoppingCharging X1 deny authOff bill:s0,1000 energy reply:true | noAuth cancelled out:X1 storeFinish+2000 ~wakeUp
  500   | meter:0   | - | read
  1000  | stored    | ChargingFinished TransactionFinished(Remote,at=noon) forget Unknown | noTx ~storeFinish

= the reading of a running transaction is stored every thirty seconds | @Charging session plugged auth tx asks engaged out:16A kept:1000-1000 | store
  29999 | meter:0   | - | read
  30000 | meter:0   | keep:s0,1000-2000 | -                                            [26]
  59999 | meter:0   | - | -
  60000 | meter:0   | - | -

= signed values of the start come with the end | @WaitingForAuthentication session plugged auth call:3 meterStart+9000 | meter
  0     | meterStarted:signed | >PrepareCharging TransactionStarted(TAG,signed=end) PrepareCharging pwm:26.67 | tx out:16A wakeUp+30000 ~meterStart
  1000  | stopTx    | >StoppingCharging >Finished StoppingCharging X1 deny authOff energy meterStop:s0 reply:true | noAuth cancelled out:X1 meterStop+10000 ~wakeUp
  1100  | meterStopped | ChargingFinished TransactionFinished(Remote,start=end) Unknown | noTx ~meterStop

= the bill waits for a reading, then for the meter | @Charging session plugged auth tx asks engaged out:16A | meter
  0     | stopTx    | >StoppingCharging StoppingCharging X1 authOff reply:true | noAuth cancelled out:X1 stopping+20000
  100   | ContactorReleased | >Finished deny energy | released finalReading+2000 ~stopping [13]
  2099  | deadline  | - | -
  2100  | deadline  | meterStop:s0 | meterStop+10000 ~finalReading
  12099 | deadline  | - | -
  12100 | deadline  | ChargingFinished TransactionFinished(Remote) Unknown | noTx ~meterStop
  12200 | CarUnplugged | >Idle SessionFinished clearOwn Unknown | fresh

= a reading closes it at once | @Charging session plugged auth tx asks engaged out:16A | meter
  0     | stopTx:Local,CARD | >StoppingCharging StoppingCharging X1 authOff reply:true | noAuth cancelled out:X1 stopping+20000
  100   | ContactorReleased | >Finished deny energy | released finalReading+2000 ~stopping
  300   | meter:0   | meterStop:s0 | read meterStop+10000 ~finalReading
  350   | CarUnplugged | - | unplugged left asksNot
  400   | meterStopped:signed | >Idle ChargingFinished TransactionFinished(Local,CARD,start=begin,signed=end) SessionFinished clearOwn Unknown | fresh ~meterStop

= a reading as old as the opening is fresh enough | @Charging session plugged auth tx asks engaged out:16A | meter
  0     | stopTx    | >StoppingCharging StoppingCharging X1 authOff reply:true | noAuth cancelled out:X1 stopping+20000
  100   | meter:0   | - | read
  100   | ContactorReleased | >Finished deny energy meterStop:s0 | released meterStop+10000 ~stopping

= no energy with HLC | @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc
  0     | limits:0  | limits:0/3 oc:0 | limit:0 limits+10000 noEnergy+5000
  4999  | deadline  | - | -
  5000  | deadline  | >StoppingCharging StoppingCharging hlc:stop_charging | stopping+20000 ~noEnergy

= energy that comes back in time | @Charging session plugged auth tx asks engaged hlcActive fivePercent out:5% | hlc
  0     | limits:0  | limits:0/3 oc:0 | limit:0 limits+10000 noEnergy+5000
  3000  | limits:16 | limits:16/3 oc:16 | limit:16 limits+10000 ~noEnergy
  4000  | limits:0  | limits:0/3 oc:0 | limit:0 limits+10000 noEnergy+5000
  5000  | pause     | >StoppingCharging StoppingCharging hlc:stop_charging reply:true | paused stopping+20000 ~noEnergy

= DC without energy: five seconds, then the vehicle is told | @Idle hlcActive noPower | DC
  0     | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession fivePercent fivePercent+500 dcEnergy+5000
  500   | deadline  | pwm:5 | out:5% ~fivePercent
  1000  | authorize | Authorized authOn | auth
  4999  | deadline  | - | -
  5000  | deadline  | >PrepareCharging TransactionStarted(TAG) PrepareCharging hlc:no_energy | tx ~dcEnergy

= a BCB toggle of one valid pulse, at the end of its window | @ChargingPausedEV session plugged auth tx hlcActive fivePercent | hlc
  0     | CarRequestedPower     | - | asks bcb+3700
  150   | CarRequestedStopPower | - | asksNot                                       [5]
  1000  | CarRequestedPower     | - | asks
  1450  | CarRequestedStopPower | - | asksNot
  2000  | CarRequestedPower     | - | asks
  2151  | CarRequestedStopPower | - | asksNot
  3699  | deadline  | - | -
  3700  | deadline  | >PrepareCharging PrepareCharging pwm:5 hlc:go_on slac:enter_bcd | out:5% ~bcb

= BCB pulses that are too short or too long are none | @ChargingPausedEV session plugged auth tx hlcActive fivePercent | hlc
  0     | CarRequestedPower     | - | asks bcb+3700
  150   | CarRequestedStopPower | - | asksNot
  1000  | CarRequestedPower     | - | asks
  1450  | CarRequestedStopPower | - | asksNot
  3699  | deadline  | - | -
  3700  | deadline  | - | ~bcb                                                      [5]
  4000  | CarRequestedPower     | - | asks bcb+3700
  4449  | CarRequestedStopPower | - | asksNot
  7700  | deadline  | >PrepareCharging PrepareCharging pwm:5 hlc:go_on slac:enter_bcd | out:5% ~bcb

= a BCB toggle that begins while the stop is going on counts | @StoppingCharging session plugged auth tx hlcActive fivePercent engaged stopping+15000 | hlc
  0     | CarRequestedPower     | - | asks bcb+3700
  300   | CarRequestedStopPower | - | asksNot
  500   | ContactorReleased     | >ChargingPausedEV ChargingPausedEV | released ~stopping
  3699  | deadline  | - | -
  3700  | deadline  | >PrepareCharging PrepareCharging pwm:5 hlc:go_on slac:enter_bcd | out:5% ~bcb

= three valid BCB pulses count at once | @ChargingPausedEV session plugged auth tx hlcActive fivePercent | hlc
  0     | CarRequestedPower     | - | asks bcb+3700
  449   | CarRequestedStopPower | - | asksNot
  600   | CarRequestedPower     | - | asks
  751   | CarRequestedStopPower | - | asksNot
  1000  | CarRequestedPower     | - | asks
  1300  | CarRequestedStopPower | >PrepareCharging PrepareCharging pwm:5 hlc:go_on slac:enter_bcd | asksNot out:5% ~bcb

= a pause of the user's, the vehicle staying in C | @Charging session plugged auth tx asks engaged out:16A
  0     | pause     | >StoppingCharging StoppingCharging X1 reply:true | paused out:X1 stopping+20000
  6000  | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) | released ~stopping
  8000  | limits:0,50000ms  | ChargingPausedEVSE(NoEnergy+UserPause) limits:0/3 oc:0 | limit:0 limits+50000
  9000  | resume    | ChargingPausedEVSE(NoEnergy) reply:true | notPaused
  10000 | limits:16 | >PrepareCharging >Charging PrepareCharging ChargingStarted pwm:26.67 limits:16/3 oc:16 allow:FullPowerCharging | limit:16 limits+10000 out:16A

= the same reasons are told again in the next pause | @ChargingPausedEVSE session plugged auth tx paused reasons:UserPause asks
  0     | resume    | >PrepareCharging >Charging PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging reply:true | notPaused out:16A
  10    | ContactorEngaged | - | engaged
  1000  | pause     | >StoppingCharging StoppingCharging X1 reply:true | paused out:X1 stopping+20000
  1050  | ContactorReleased | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) | released ~stopping

= from PrepareCharging, too | @ChargingPausedEVSE session plugged auth tx paused reasons:UserPause
  0     | resume    | >PrepareCharging PrepareCharging pwm:26.67 reply:true | notPaused out:16A wakeUp+30000
  1000  | pause     | >ChargingPausedEVSE ChargingPausedEVSE(UserPause) X1 reply:true | paused out:X1 ~wakeUp

= disabled and enabled again before the contactor has opened | @Charging session plugged auth tx asks engaged out:16A
  0     | disable   | >StoppingCharging StoppingCharging X1 reply:false | disabling out:X1 stopping+20000
  100   | enable    | Enabled(LocalAPI,Enable,100,c1) reply:true | enabled            [8]
  200   | ContactorReleased | >ChargingPausedEV >PrepareCharging >Charging ChargingPausedEV PrepareCharging ChargingStarted pwm:26.67 allow:FullPowerCharging | released out:16A ~stopping
  210   | ContactorEngaged | - | engaged
  1000  | CarUnplugged | >StoppingCharging StoppingCharging X1 | unplugged left asksNot out:X1 stopping+20000
  1050  | ContactorReleased | >Finished >Idle ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff energy clearOwn Unknown | released fresh ~stopping

= disabled and enabled again while the meter closes the bill | @PrepareCharging session plugged auth tx out:16A wakeUp+9000 | meter
  0     | disable   | >StoppingCharging >Finished StoppingCharging X1 deny energy meterStop:s0 reply:false | disabling out:X1 meterStop+10000 ~wakeUp
  100   | enable    | Enabled(LocalAPI,Enable,100,c1) reply:true | enabled
  200   | meterStopped | ChargingFinished TransactionFinished(EVSEDisabled) Unknown | noTx ~meterStop
  300   | CarUnplugged | >Idle SessionFinished authOff clearOwn Unknown | fresh

= a disabled station forgets its vehicle | @WaitingForAuthentication session plugged asks
  0     | disable   | >Finished >Disabled SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny energy Unknown reply:false | disabling noSession unplugged ?iecAllow out:F
  5000  | enable    | >Idle Enabled(LocalAPI,Enable,100,c1) boardOn X1 clearOwn reply:true | enabled asksNot out:X1
  5010  | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession

= another vehicle before the session has ended | @Charging session plugged auth tx asks engaged out:16A | meter
  0     | CarUnplugged | >StoppingCharging StoppingCharging X1 | unplugged left asksNot out:X1 stopping+20000
  50    | ContactorReleased | >Finished deny energy | released finalReading+2000 ~stopping
  500   | CarPluggedIn | - | plugged                                                [17]
  600   | meter:0   | meterStop:s0 | read meterStop+10000 ~finalReading
  700   | meterStopped | >Idle >WaitingForAuthentication ChargingFinished TransactionFinished(EVDisconnected) SessionFinished SessionStarted(EVConnected) AuthRequired authOff clearOwn deny energy Unknown IEC61851-1 draw | fresh plugged @WaitingForAuthentication drawnSession ~meterStop

= a stop of the past names no later transaction | @WaitingForAuthentication session plugged
  0     | disable:LocalAPI,100,c1 | >Finished >Disabled SessionFinished Disabled(LocalAPI,Disable,100,c1) F boardOff deny energy Unknown reply:false | disabling noSession unplugged out:F
  100   | enable    | >Idle Enabled(LocalAPI,Enable,100,c1) boardOn X1 clearOwn reply:true | enabled out:X1
  200   | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  300   | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
  400   | CarUnplugged | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff energy clearOwn Unknown | fresh ~wakeUp

= pauses end with the session | @ChargingPausedEVSE session plugged auth tx paused reasons:UserPause
  0     | CarUnplugged | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished deny authOff energy clearOwn Unknown | fresh
  100   | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  300   | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000

= a stop is no obstacle to the next session | @Finished session plugged cancelled why:Remote refused
  0     | CarUnplugged | >Idle SessionFinished clearOwn Unknown | fresh
  100   | CarPluggedIn | >WaitingForAuthentication SessionStarted(EVConnected) AuthRequired deny IEC61851-1 draw energy | plugged drawnSession
  300   | authorize | >PrepareCharging Authorized TransactionStarted(TAG) PrepareCharging pwm:26.67 authOn | auth tx out:16A wakeUp+30000
  400   | CarUnplugged | >StoppingCharging >Finished >Idle StoppingCharging ChargingFinished TransactionFinished(EVDisconnected) SessionFinished X1 deny authOff energy clearOwn Unknown | fresh ~wakeUp
`;
