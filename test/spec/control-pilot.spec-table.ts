/**
 * What the control pilot must do, cell by cell, typed by hand from IEC 61851-1:2017 (annex A, table A.6), from the
 * reference's table of transitions and from this project's decisions. Nothing here is imported from `src/`, on purpose:
 * a wrong constant there must not make its own expectation wrong. `control-pilot-check.ts` reads and runs it.
 *
 * A block is a row of the machine in one situation: `= ROW | situation | facts | options`. Below it, a line an event:
 * `events | effects in order | facts that differ afterwards`. `-` is none. Facts a line does not name stay as they
 * were, and all of them are compared. Every block names every event, the ignored ones too.
 *
 * Rows and pilot events: Disabled A B C D D- E F; `D-` is a D where the station has no ventilation. `never`: the cell
 * cannot come up, a station has ventilation or has not.
 * Commands: setPwm (50 %) setPwm:DUTY setX1 setF, allow (FullPowerCharging) allow:REASON deny, authorize deauthorize,
 * forceUnlock, enable disable; `deadline` is the post of the runtime.
 * Effects: X1 F pwm:PERCENT, close close:REASON open, lock unlock, boardOn boardOff; the rest is told to the charger.
 * Outputs have an order among themselves and so has what is told; between the two there is none, as outputs go first.
 * Facts: @LETTER · pwm/noPwm · grant/noGrant · closed/opened (commanded) · fed/unfed (fed back closed) · engaged/released
 * · car/noCar · simplified/notSimplified · wish/noWish (the lock should be shut) · locked/unlocked/unknownLock ·
 * forced/notForced · auth/notAuth · enabled/notEnabled · c1+MS/noC1 · f+MS/noF (unlock after F) · settle+MS/noSettle;
 * `?FACT` is not compared.
 *
 * Decisions of this project where it leaves the reference's table, marked [n] at the lines:
 *  [1]  C1 opens at 6000 ms sharp and once; PWM coming back after that neither opens again nor closes without a new grant.
 *  [2]  D without ventilation: the session still begins; leaving C is told as a stop, coming back as a request.
 *  [3]  E or F to C or D tells EFtoBCD, then a request for power of a known vehicle or the plug-in of an unknown one.
 *  [4]  C or D to Disabled tells the stop.
 *  [5]  A grant is kept in B, C and D only.
 *  [6]  The contactor's feedback counts while not enabled, too; pilot letters do not.
 *  [7]  Disabling opens, forgets the vehicle and the timers and drops the lock's wish; the pilot's output stays.
 *       After enabling, the letter is Disabled until the board tells one: a vehicle still there is plugged in anew.
 *  [8]  PilotStopped tells the charger that the machine itself ended a running PWM.
 *  [9]  The lock stays shut until the contactor is released: fed back open, or 250 ms after the open command where it
 *       was never fed back closed. The first decision always moves the lock, none is taken before the first letter.
 *  [10] A forced unlock holds in B, C, D and F until the lock's wish is next dropped (the reference leaves D out).
 *  [11] A grant that is in force already is not commanded again, unless its reason is another one.
 *  [12] A vehicle that is gone when the pilot is heard again (Disabled to A) was unplugged.
 *
 * [?] marks a cell where the machine and this reading differ and nothing has been decided yet. Such cells are run and
 * shown apart (`controlPilotDisputes`); a decision takes the mark away or changes the words.
 */

export const pilotCells = `
= Disabled | not enabled | @Disabled notEnabled unknownLock
  Disabled, A, B, C, D, D-, E, F | - | -                                             [6]
  relay on                       | ContactorEngaged | fed engaged                    [6] [9]
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -                                             [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | unlocked
  enable                         | boardOn | enabled                                 [7]
  disable                        | - | -
  deadline                       | - | -

= Disabled | not enabled, contactor still fed back closed | @Disabled notEnabled fed engaged locked
  Disabled, A, B, C, D, D-, E, F | - | -
  relay on                       | - | -
  relay off                      | ContactorReleased unlock | unfed released unlocked [6]
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | -
  enable                         | boardOn | enabled
  disable                        | - | -
  deadline                       | - | -

= Disabled | just enabled | @Disabled unknownLock
  Disabled                       | - | -
  A                              | X1 open unlock | @A unlocked                      [9]
  B                              | open CarRequestedStopPower CarPluggedIn unlock | @B car unlocked
  C                              | CarPluggedIn lock | @C car simplified wish locked
  D                              | CarPluggedIn lock | @D car simplified wish locked
  D-                             | open CarPluggedIn lock | @D car simplified wish locked  [2]
  E                              | X1 open unlock | @E unlocked
  F                              | open unlock | @F f+5000 unlocked
  relay on                       | ContactorEngaged | fed engaged                    [9]
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -                                             [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | unlocked
  enable                         | - | -
  disable                        | open boardOff | notEnabled                        [7] [9]
  deadline                       | - | -

= Disabled | pilot lost | @Disabled car
  Disabled                       | - | -
  A                              | X1 open CarUnplugged | @A noCar                   [12]
  B                              | open CarRequestedStopPower CarPluggedIn | @B
  C                              | CarPluggedIn lock | @C simplified wish locked
  D                              | CarPluggedIn lock | @D simplified wish locked
  D-                             | open CarPluggedIn lock | @D simplified wish locked
  E                              | X1 open | @E
  F                              | open | @F f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled noCar
  deadline                       | - | -

= Disabled | pilot lost, PWM commanded since | @Disabled car pwm
  Disabled                       | - | -
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm [8] [12]
  B                              | open CarRequestedStopPower CarPluggedIn | @B
  C                              | CarPluggedIn lock | @C simplified wish locked
  D                              | CarPluggedIn lock | @D simplified wish locked
  D-                             | open CarPluggedIn lock | @D simplified wish locked
  E                              | X1 open PilotStopped | @E noPwm
  F                              | open PilotStopped | @F noPwm f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled noCar
  deadline                       | - | -

= Disabled | pilot lost, contactor still fed back closed | @Disabled car fed engaged locked
  Disabled                       | - | -
  A                              | X1 open CarUnplugged | @A noCar                   [12]
  B                              | open CarRequestedStopPower CarPluggedIn | @B
  C                              | CarPluggedIn | @C simplified wish
  D                              | CarPluggedIn | @D simplified wish
  D-                             | open CarPluggedIn | @D simplified wish
  E                              | X1 open | @E
  F                              | open | @F f+5000
  relay on                       | - | -
  relay off                      | ContactorReleased unlock | unfed released unlocked
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | -                                             [10] not before the release
  enable                         | - | -
  disable                        | open boardOff | notEnabled noCar
  deadline                       | - | -

= A | free | @A
  Disabled                       | X1 open | @Disabled
  A                              | - | -
  B                              | CarPluggedIn | @B car
  C                              | CarPluggedIn lock | @C car simplified wish locked
  D                              | CarPluggedIn lock | @D car simplified wish locked
  D-                             | open CarPluggedIn lock | @D car simplified wish locked  [2]
  E                              | X1 open | @E
  F                              | open | @F f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -                                             [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled
  deadline                       | - | -

= A | free, lock in B | @A | lockInB
  Disabled                       | X1 open | @Disabled
  A                              | - | -
  B                              | CarPluggedIn lock | @B car wish locked
  C                              | CarPluggedIn lock | @C car simplified wish locked
  D                              | CarPluggedIn lock | @D car simplified wish locked
  D-                             | open CarPluggedIn lock | @D car simplified wish locked
  E                              | X1 open | @E
  F                              | open | @F f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled
  deadline                       | - | -

= A | PWM commanded | @A pwm
  Disabled                       | X1 open PilotStopped | @Disabled noPwm            [8]
  A                              | - | -
  B                              | CarPluggedIn | @B car
  C                              | CarPluggedIn lock | @C car simplified wish locked
  D                              | CarPluggedIn lock | @D car simplified wish locked
  D-                             | open CarPluggedIn lock | @D car simplified wish locked
  E                              | X1 open PilotStopped | @E noPwm
  F                              | open PilotStopped | @F noPwm f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | -                                             [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled
  deadline                       | - | -

= A | welded contactor | @A fed engaged locked
  Disabled                       | X1 open | @Disabled
  A                              | - | -
  B                              | CarPluggedIn | @B car
  C                              | CarPluggedIn | @C car simplified wish
  D                              | CarPluggedIn | @D car simplified wish
  D-                             | open CarPluggedIn | @D car simplified wish
  E                              | X1 open | @E
  F                              | open | @F f+5000
  relay on                       | - | -
  relay off                      | ContactorReleased unlock | unfed released unlocked
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled
  deadline                       | - | -

= B | B1 | @B car
  Disabled                       | X1 open | @Disabled
  A                              | X1 open CarUnplugged | @A noCar
  B                              | - | -
  C                              | CarRequestedPower lock | @C wish locked
  D                              | CarRequestedPower lock | @D wish locked
  D-                             | open lock | @D wish locked                        [2]
  E                              | X1 open BCDtoEF BCDtoE | @E
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | grant                                         [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced                                   [10]
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar
  deadline                       | - | -

= B | B1, granted | @B car grant
  Disabled                       | X1 open | @Disabled noGrant
  A                              | X1 open CarUnplugged | @A noCar noGrant
  B                              | - | -
  C                              | CarRequestedPower lock | @C wish locked
  D                              | CarRequestedPower lock | @D wish locked
  D-                             | open lock | @D noGrant wish locked
  E                              | X1 open BCDtoEF BCDtoE | @E noGrant
  F                              | open BCDtoEF | @F noGrant f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | noGrant
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noGrant
  deadline                       | - | -

= B | B2 | @B car pwm
  Disabled                       | X1 open PilotStopped | @Disabled noPwm
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm
  B                              | - | -
  C                              | CarRequestedPower lock | @C wish locked
  D                              | CarRequestedPower lock | @D wish locked
  D-                             | open lock | @D wish locked
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar
  deadline                       | - | -

= B | B2, granted | @B car pwm grant
  Disabled                       | X1 open PilotStopped | @Disabled noPwm noGrant
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm noGrant
  B                              | - | -
  C                              | close CarRequestedPower ContactorEngaged lock | @C closed engaged wish locked
  D                              | close CarRequestedPower ContactorEngaged lock | @D closed engaged wish locked
  D-                             | open lock | @D noGrant wish locked
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm noGrant
  F                              | open PilotStopped BCDtoEF | @F noPwm noGrant f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | -
  deny                           | open | noGrant
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noGrant
  deadline                       | - | -

= B | B1, locked in B | @B car wish locked | lockInB
  Disabled                       | X1 open unlock | @Disabled noWish unlocked
  A                              | X1 open CarUnplugged unlock | @A noCar noWish unlocked
  B                              | - | -
  C                              | CarRequestedPower | @C
  D                              | CarRequestedPower | @D
  D-                             | open | @D
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noWish unlocked
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noWish unlocked
  deadline                       | - | -

= B | B1, locked in B but unlocked by force | @B car wish forced | lockInB
  Disabled                       | X1 open | @Disabled noWish notForced
  A                              | X1 open CarUnplugged | @A noCar noWish notForced
  B                              | - | -
  C                              | CarRequestedPower | @C                            [10]
  D                              | CarRequestedPower | @D
  D-                             | open | @D
  E                              | X1 open BCDtoEF BCDtoE | @E noWish notForced
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noWish notForced
  deadline                       | - | -

= B | B2, contactor opening, fed back closed | @B car pwm fed engaged locked
  Disabled                       | X1 open PilotStopped | @Disabled noPwm
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm
  B                              | - | -
  C                              | CarRequestedPower | @C wish
  D                              | CarRequestedPower | @D wish
  D-                             | open | @D wish
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | - | -
  relay off                      | ContactorReleased unlock | unfed released unlocked
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced                                        [10]
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar
  deadline                       | - | -

= B | B2, contactor opening, never fed back closed | @B car pwm settle+200 engaged locked
  Disabled                       | X1 open PilotStopped | @Disabled noPwm
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm
  B                              | - | -
  C                              | CarRequestedPower | @C wish
  D                              | CarRequestedPower | @D wish
  D-                             | open | @D wish
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | - | fed ?settle
  relay off                      | ContactorReleased unlock | noSettle released unlocked  [9]
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar
  deadline                       | - | -

= B | B2, seen in simplified mode before | @B car pwm simplified
  Disabled                       | X1 open PilotStopped | @Disabled noPwm notSimplified
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm notSimplified
  B                              | - | -
  C                              | CarRequestedPower lock | @C wish locked
  D                              | CarRequestedPower lock | @D wish locked
  D-                             | open lock | @D wish locked
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar notSimplified
  deadline                       | - | -

= C | C1 | @C car wish locked
  Disabled                       | X1 open CarRequestedStopPower unlock | @Disabled noWish unlocked  [4]
  A                              | X1 open CarUnplugged unlock | @A noCar noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D                   [2]
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noWish unlocked
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noWish unlocked
  deadline                       | - | -

= C | C1, granted | @C car grant wish locked
  Disabled                       | X1 open CarRequestedStopPower unlock | @Disabled noGrant noWish unlocked
  A                              | X1 open CarUnplugged unlock | @A noCar noGrant noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noGrant noWish unlocked
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D noGrant
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noGrant noWish unlocked
  F                              | open BCDtoEF | @F noGrant f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 close ContactorEngaged | pwm closed engaged
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | noGrant
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noGrant noWish unlocked
  deadline                       | - | -

= C | C2 | @C car pwm wish locked
  Disabled                       | X1 open PilotStopped CarRequestedStopPower unlock | @Disabled noPwm noWish unlocked
  A                              | X1 open PilotStopped CarUnplugged unlock | @A noCar noPwm noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D
  E                              | X1 open PilotStopped BCDtoEF BCDtoE unlock | @E noPwm noWish unlocked
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm c1+6000
  setF                           | F | noPwm c1+6000
  allow                          | close ContactorEngaged | grant closed engaged
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noWish unlocked
  deadline                       | - | -

= C | C2, charging | @C car pwm grant closed fed engaged wish locked
  Disabled                       | X1 open PilotStopped CarRequestedStopPower | @Disabled noPwm noGrant opened noWish
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm noGrant opened noWish
  B                              | open CarRequestedStopPower | @B noGrant opened noWish
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D noGrant opened
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm noGrant opened noWish
  F                              | open PilotStopped BCDtoEF | @F noPwm noGrant opened f+5000
  relay on                       | - | -
  relay off                      | - | unfed
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm c1+6000
  setF                           | F | noPwm c1+6000
  allow                          | - | -                                             [11]
  deny                           | open | noGrant opened
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noGrant opened noWish
  deadline                       | - | -

= C | C2, closing, not fed back yet | @C car pwm grant closed engaged wish locked
  Disabled                       | X1 open PilotStopped CarRequestedStopPower | @Disabled noPwm noGrant opened settle+250 noWish
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm noGrant opened settle+250 noWish
  B                              | open CarRequestedStopPower | @B noGrant opened settle+250 noWish   [9]
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D noGrant opened settle+250
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm noGrant opened settle+250 noWish
  F                              | open PilotStopped BCDtoEF | @F noPwm noGrant opened settle+250 f+5000
  relay on                       | - | fed
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm c1+6000
  setF                           | F | noPwm c1+6000
  allow                          | - | -                                             [11]
  deny                           | open | noGrant opened settle+250
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noGrant opened settle+250 noWish
  deadline                       | - | -

= C | C1 under load | @C car grant closed fed engaged wish locked c1+3000
  Disabled                       | X1 open CarRequestedStopPower | @Disabled noGrant opened noC1 noWish
  A                              | X1 open CarUnplugged | @A noCar noGrant opened noC1 noWish
  B                              | open CarRequestedStopPower | @B noGrant opened noC1 noWish
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D noGrant opened noC1
  E                              | X1 open BCDtoEF BCDtoE | @E noGrant opened noC1 noWish
  F                              | open BCDtoEF | @F noGrant opened noC1 f+5000
  relay on                       | - | -
  relay off                      | - | unfed
  setPwm                         | pwm:50 close | pwm noC1
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | noGrant opened
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noGrant opened noC1 noWish
  deadline                       | - | -

= C | simplified, no PWM | @C car simplified wish locked
  Disabled                       | X1 open CarRequestedStopPower unlock | @Disabled notSimplified noWish unlocked
  A                              | X1 open CarUnplugged unlock | @A noCar notSimplified noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noWish unlocked
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 CarRequestedPower | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar notSimplified noWish unlocked
  deadline                       | - | -

= C | simplified, charging | @C car simplified pwm grant closed fed engaged wish locked
  Disabled                       | X1 open PilotStopped CarRequestedStopPower | @Disabled notSimplified noPwm noGrant opened noWish
  A                              | X1 open PilotStopped CarUnplugged | @A noCar notSimplified noPwm noGrant opened noWish
  B                              | open CarRequestedStopPower | @B noGrant opened noWish
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D noGrant opened
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm noGrant opened noWish
  F                              | open PilotStopped BCDtoEF | @F noPwm noGrant opened f+5000
  relay on                       | - | -
  relay off                      | - | unfed
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm c1+6000
  setF                           | F | noPwm c1+6000
  allow                          | - | -                                             [11]
  deny                           | open | noGrant opened
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar notSimplified noGrant opened noWish
  deadline                       | - | -

= C | unlocked by force | @C car pwm wish forced
  Disabled                       | X1 open PilotStopped CarRequestedStopPower | @Disabled noPwm noWish notForced
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm noWish notForced
  B                              | open CarRequestedStopPower | @B noWish notForced
  C                              | - | -
  D                              | - | @D
  D-                             | open CarRequestedStopPower | @D
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm noWish notForced
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm c1+6000
  setF                           | F | noPwm c1+6000
  allow                          | close ContactorEngaged lock | grant closed engaged locked
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noWish notForced
  deadline                       | - | -

= D | no PWM | @D car wish locked
  Disabled                       | X1 open CarRequestedStopPower unlock | @Disabled noWish unlocked  [4]
  A                              | X1 open CarUnplugged unlock | @A noCar noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | - | @C
  D                              | - | -
  D-                             | never
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noWish unlocked
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | grant                                         [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked                          [10]
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noWish unlocked
  deadline                       | - | -

= D | no PWM, granted | @D car grant wish locked
  Disabled                       | X1 open CarRequestedStopPower unlock | @Disabled noGrant noWish unlocked
  A                              | X1 open CarUnplugged unlock | @A noCar noGrant noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noGrant noWish unlocked
  C                              | - | @C
  D                              | - | -
  D-                             | never
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noGrant noWish unlocked
  F                              | open BCDtoEF | @F noGrant f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 close ContactorEngaged | pwm closed engaged
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | noGrant
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noGrant noWish unlocked
  deadline                       | - | -

= D | PWM | @D car pwm wish locked
  Disabled                       | X1 open PilotStopped CarRequestedStopPower unlock | @Disabled noPwm noWish unlocked
  A                              | X1 open PilotStopped CarUnplugged unlock | @A noCar noPwm noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | - | @C
  D                              | - | -
  D-                             | never
  E                              | X1 open PilotStopped BCDtoEF BCDtoE unlock | @E noPwm noWish unlocked
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm c1+6000
  setF                           | F | noPwm c1+6000
  allow                          | close ContactorEngaged | grant closed engaged
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noWish unlocked
  deadline                       | - | -

= D | charging | @D car pwm grant closed fed engaged wish locked
  Disabled                       | X1 open PilotStopped CarRequestedStopPower | @Disabled noPwm noGrant opened noWish
  A                              | X1 open PilotStopped CarUnplugged | @A noCar noPwm noGrant opened noWish
  B                              | open CarRequestedStopPower | @B noGrant opened noWish
  C                              | - | @C
  D                              | - | -
  D-                             | never
  E                              | X1 open PilotStopped BCDtoEF BCDtoE | @E noPwm noGrant opened noWish
  F                              | open PilotStopped BCDtoEF | @F noPwm noGrant opened f+5000
  relay on                       | - | -
  relay off                      | - | unfed
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm c1+6000
  setF                           | F | noPwm c1+6000
  allow                          | - | -                                             [11]
  deny                           | open | noGrant opened
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noGrant opened noWish
  deadline                       | - | -

= D | PWM ended under load | @D car grant closed fed engaged wish locked c1+3000
  Disabled                       | X1 open CarRequestedStopPower | @Disabled noGrant opened noC1 noWish
  A                              | X1 open CarUnplugged | @A noCar noGrant opened noC1 noWish
  B                              | open CarRequestedStopPower | @B noGrant opened noC1 noWish
  C                              | - | @C
  D                              | - | -
  D-                             | never
  E                              | X1 open BCDtoEF BCDtoE | @E noGrant opened noC1 noWish
  F                              | open BCDtoEF | @F noGrant opened noC1 f+5000
  relay on                       | - | -
  relay off                      | - | unfed
  setPwm                         | pwm:50 close | pwm noC1
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | noGrant opened
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noGrant opened noC1 noWish
  deadline                       | - | -

= D | simplified, no PWM | @D car simplified wish locked
  Disabled                       | X1 open CarRequestedStopPower unlock | @Disabled notSimplified noWish unlocked
  A                              | X1 open CarUnplugged unlock | @A noCar notSimplified noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | - | @C
  D                              | - | -
  D-                             | never
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noWish unlocked
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 CarRequestedPower | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | grant
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar notSimplified noWish unlocked
  deadline                       | - | -

= D- | no PWM | @D car wish locked
  Disabled                       | X1 open unlock | @Disabled noWish unlocked
  A                              | X1 open CarUnplugged unlock | @A noCar noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | CarRequestedPower | @C                            [2]
  D                              | never
  D-                             | open | -
  E                              | X1 open BCDtoEF BCDtoE unlock | @E noWish unlocked
  F                              | open BCDtoEF | @F f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -                                             [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked                          [10]
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noWish unlocked
  deadline                       | - | -

= D- | PWM, simplified | @D car simplified pwm wish locked
  Disabled                       | X1 open PilotStopped unlock | @Disabled notSimplified noPwm noWish unlocked
  A                              | X1 open PilotStopped CarUnplugged unlock | @A noCar notSimplified noPwm noWish unlocked
  B                              | open CarRequestedStopPower unlock | @B noWish unlocked
  C                              | CarRequestedPower | @C
  D                              | never
  D-                             | open | -
  E                              | X1 open PilotStopped BCDtoEF BCDtoE unlock | @E noPwm noWish unlocked
  F                              | open PilotStopped BCDtoEF | @F noPwm f+5000
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar notSimplified noWish unlocked
  deadline                       | - | -

= D- | simplified, contactor still fed back closed | @D car simplified fed engaged wish locked
  Disabled                       | X1 open | @Disabled notSimplified noWish
  A                              | X1 open CarUnplugged | @A noCar notSimplified noWish
  B                              | open CarRequestedStopPower | @B noWish
  C                              | CarRequestedPower | @C
  D                              | never
  D-                             | open | -
  E                              | X1 open BCDtoEF BCDtoE | @E noWish
  F                              | open BCDtoEF | @F f+5000
  relay on                       | - | -
  relay off                      | ContactorReleased | unfed released
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar notSimplified noWish
  deadline                       | - | -

= E | known vehicle | @E car
  Disabled                       | X1 open | @Disabled
  A                              | X1 open CarUnplugged | @A noCar
  B                              | open CarRequestedStopPower EFtoBCD | @B
  C                              | EFtoBCD CarRequestedPower lock | @C wish locked   [3]
  D                              | EFtoBCD CarRequestedPower lock | @D wish locked   [3]
  D-                             | open EFtoBCD lock | @D wish locked                [2] [3]
  E                              | - | -
  F                              | open | @F f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -                                             [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar
  deadline                       | - | -

= E | known vehicle, PWM commanded, simplified | @E car simplified pwm
  Disabled                       | X1 open PilotStopped | @Disabled notSimplified noPwm
  A                              | X1 open PilotStopped CarUnplugged | @A noCar notSimplified noPwm
  B                              | open CarRequestedStopPower EFtoBCD | @B
  C                              | EFtoBCD CarRequestedPower lock | @C wish locked
  D                              | EFtoBCD CarRequestedPower lock | @D wish locked
  D-                             | open EFtoBCD lock | @D wish locked
  E                              | - | -
  F                              | open PilotStopped | @F noPwm f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar notSimplified
  deadline                       | - | -

= E | unknown vehicle | @E
  Disabled                       | X1 open | @Disabled
  A                              | X1 open CarUnplugged | @A
  B                              | open CarRequestedStopPower CarPluggedIn EFtoBCD | @B car  [3]
  C                              | EFtoBCD CarPluggedIn lock | @C car simplified wish locked  [3]
  D                              | EFtoBCD CarPluggedIn lock | @D car simplified wish locked  [3]
  D-                             | open EFtoBCD CarPluggedIn lock | @D car simplified wish locked  [3]
  E                              | - | -
  F                              | open | @F f+5000
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled
  deadline                       | - | -

= E | contactor still fed back closed | @E car fed engaged locked
  Disabled                       | X1 open | @Disabled
  A                              | X1 open CarUnplugged | @A noCar
  B                              | open CarRequestedStopPower EFtoBCD | @B
  C                              | EFtoBCD CarRequestedPower | @C wish
  D                              | EFtoBCD CarRequestedPower | @D wish
  D-                             | open EFtoBCD | @D wish
  E                              | - | -
  F                              | open | @F f+5000
  relay on                       | - | -
  relay off                      | ContactorReleased unlock | unfed released unlocked
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | -
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar
  deadline                       | - | -

= F | known vehicle, plug still locked | @F car wish locked f+3000
  Disabled                       | X1 open unlock | @Disabled noF noWish unlocked
  A                              | X1 open CarUnplugged unlock | @A noCar noF noWish unlocked
  B                              | open CarRequestedStopPower EFtoBCD unlock | @B noF noWish unlocked
  C                              | EFtoBCD CarRequestedPower | @C noF                [3]
  D                              | EFtoBCD CarRequestedPower | @D noF                [3]
  D-                             | open EFtoBCD | @D noF                             [2] [3]
  E                              | X1 open unlock | @E noF noWish unlocked
  F                              | open | -
  relay on                       | ContactorEngaged | fed engaged
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -                                             [5]
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced unlocked                          [10]
  enable                         | - | -
  disable                        | open boardOff unlock | notEnabled @Disabled noCar noF noWish unlocked
  deadline                       | - | -

= F | known vehicle, PWM commanded, simplified, plug released | @F car simplified pwm
  Disabled                       | X1 open PilotStopped | @Disabled notSimplified noPwm
  A                              | X1 open PilotStopped CarUnplugged | @A noCar notSimplified noPwm
  B                              | open CarRequestedStopPower EFtoBCD | @B
  C                              | EFtoBCD CarRequestedPower lock | @C wish locked
  D                              | EFtoBCD CarRequestedPower lock | @D wish locked
  D-                             | open EFtoBCD lock | @D wish locked
  E                              | X1 open PilotStopped | @E noPwm
  F                              | open | -
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | -
  setX1                          | X1 | noPwm
  setF                           | F | noPwm
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar notSimplified
  deadline                       | - | -

= F | unknown vehicle | @F f+3000
  Disabled                       | X1 open | @Disabled noF
  A                              | X1 open CarUnplugged | @A noF
  B                              | open CarRequestedStopPower CarPluggedIn EFtoBCD | @B car noF
  C                              | EFtoBCD CarPluggedIn lock | @C car simplified noF wish locked  [3]
  D                              | EFtoBCD CarPluggedIn lock | @D car simplified noF wish locked  [3]
  D-                             | open EFtoBCD CarPluggedIn lock | @D car simplified noF wish locked  [3]
  E                              | X1 open | @E noF
  F                              | open | -
  relay on                       | ContactorEngaged lock | fed engaged locked
  relay off                      | - | -
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | unlock | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noF
  deadline                       | - | -

= F | contactor still fed back closed | @F car fed engaged wish locked f+3000
  Disabled                       | X1 open | @Disabled noF noWish
  A                              | X1 open CarUnplugged | @A noCar noF noWish
  B                              | open CarRequestedStopPower EFtoBCD | @B noF noWish
  C                              | EFtoBCD CarRequestedPower | @C noF
  D                              | EFtoBCD CarRequestedPower | @D noF
  D-                             | open EFtoBCD | @D noF
  E                              | X1 open | @E noF noWish
  F                              | open | -
  relay on                       | - | -
  relay off                      | ContactorReleased | unfed released
  setPwm                         | pwm:50 | pwm
  setX1                          | X1 | -
  setF                           | F | -
  allow                          | - | -
  deny                           | open | -
  authorize, deauthorize         | - | -
  forceUnlock                    | - | forced
  enable                         | - | -
  disable                        | open boardOff | notEnabled @Disabled noCar noF noWish
  deadline                       | - | -
`;

/** Single cells with an option or an argument of their own: `ROW | facts | options | event | effects | facts after`. */
export const pilotExtraCells = `
Disabled | @Disabled            | -                        | setPwm:1    | X1 | -
Disabled | @Disabled            | -                        | setPwm:0    | F | -
A  | @A pwm                     | -                        | setPwm:1    | X1 | noPwm
B  | @B car pwm                 | -                        | setPwm:1    | X1 | noPwm
B  | @B car pwm                 | -                        | setPwm:0    | F | noPwm
B  | @B car                     | -                        | setPwm:0.05 | pwm:5 | pwm
B  | @B car                     | -                        | setPwm:0.97 | pwm:97 | pwm
C  | @C car pwm wish locked     | -                        | setPwm:1    | X1 | noPwm c1+6000
C  | @C car pwm wish locked     | -                        | setPwm:0    | F | noPwm c1+6000
C  | @C car wish locked         | -                        | setPwm:1    | X1 | -
C  | @C car wish locked         | -                        | setPwm:0    | F | -
C  | @C car simplified wish locked | -                     | setPwm:1    | X1 | -
C  | @C car simplified wish locked | limit10A              | setPwm:0.5  | pwm:16.666667 CarRequestedPower | pwm
C  | @C car simplified wish locked | limit10A              | setPwm:0.17 | pwm:16.666667 CarRequestedPower | pwm
C  | @C car simplified wish locked | limit10A              | setPwm:0.16 | pwm:16 CarRequestedPower | pwm
C  | @C car simplified wish locked | limit10A              | setPwm:0.05 | pwm:5 CarRequestedPower | pwm
C  | @C car simplified pwm wish locked | limit10A          | setPwm:1    | X1 | noPwm c1+6000
C  | @C car wish locked         | limit10A                 | setPwm:0.5  | pwm:50 | pwm
C  | @C car simplified grant wish locked | -               | setPwm      | pwm:50 close CarRequestedPower ContactorEngaged | pwm closed engaged
D  | @D car simplified grant wish locked | -               | setPwm      | pwm:50 close CarRequestedPower ContactorEngaged | pwm closed engaged
D  | @D car simplified wish locked | limit10A              | setPwm:0.5  | pwm:16.666667 CarRequestedPower | pwm
D- | @D car simplified wish locked | -                     | setPwm      | pwm:50 | pwm
C  | @C car pwm wish locked     | -                        | allow:DCCableCheck | close:DCCableCheck ContactorEngaged | grant:DCCableCheck closed engaged
B  | @B car pwm                 | -                        | allow:DCCableCheck | - | grant:DCCableCheck
B  | @B car pwm grant:DCCableCheck | -                     | C | close:DCCableCheck CarRequestedPower ContactorEngaged lock | @C closed engaged wish locked
C  | @C car grant:DCCableCheck wish locked | -             | setPwm | pwm:50 close:DCCableCheck ContactorEngaged | pwm closed engaged
C  | @C car wish                | unlockWhenDeauthorized   | authorize   | lock | auth locked
C  | @C car wish                | unlockWhenDeauthorized   | deauthorize | - | -
C  | @C car wish auth locked    | unlockWhenDeauthorized   | deauthorize | unlock | notAuth unlocked
C  | @C car wish auth locked    | unlockWhenDeauthorized   | authorize   | - | -
C  | @C car pwm wish            | unlockWhenDeauthorized   | allow | close ContactorEngaged lock | grant closed engaged locked
C  | @C car pwm grant closed fed engaged wish auth locked | unlockWhenDeauthorized | deauthorize | - | notAuth
C  | @C car pwm wish fed engaged locked | unlockWhenDeauthorized | relay off | ContactorReleased unlock | unfed released unlocked
D  | @D car wish                | unlockWhenDeauthorized   | authorize   | lock | auth locked
D- | @D car wish auth locked    | unlockWhenDeauthorized   | deauthorize | unlock | notAuth unlocked
F  | @F car wish auth locked f+3000 | unlockWhenDeauthorized | deauthorize | unlock | notAuth unlocked
A  | @A                         | unlockWhenDeauthorized   | authorize   | - | auth
B  | @B car                     | unlockWhenDeauthorized   | C | CarRequestedPower | @C wish
B  | @B car auth                | unlockWhenDeauthorized   | C | CarRequestedPower lock | @C wish locked
B  | @B car wish                | lockInB unlockWhenDeauthorized | authorize | lock | auth locked
A  | @A                         | lockInB unlockWhenDeauthorized | B | CarPluggedIn | @B car wish
C  | @C car wish locked         | lockInB                  | B | open CarRequestedStopPower | @B
C  | @C car pwm grant closed fed engaged wish locked | lockInB | B | open CarRequestedStopPower | @B noGrant opened
D  | @D car wish locked         | lockInB                  | B | open CarRequestedStopPower | @B
D- | @D car wish locked         | lockInB                  | B | open CarRequestedStopPower | @B
E  | @E car                     | lockInB                  | B | open CarRequestedStopPower EFtoBCD lock | @B wish locked
E  | @E                         | lockInB                  | B | open CarRequestedStopPower CarPluggedIn EFtoBCD lock | @B car wish locked  [3]
F  | @F car wish locked f+3000  | lockInB                  | B | open CarRequestedStopPower EFtoBCD | @B noF
F  | @F f+3000                  | lockInB                  | B | open CarRequestedStopPower CarPluggedIn EFtoBCD lock | @B car noF wish locked
Disabled | @Disabled unknownLock | lockInB                 | B | open CarRequestedStopPower CarPluggedIn lock | @B car wish locked
F  | @F car wish forced f+3000  | -                        | C | EFtoBCD CarRequestedPower | @C noF
F  | @F car wish forced f+3000  | -                        | A | X1 open CarUnplugged | @A noCar noF noWish notForced
F  | @F car wish forced f+3000  | -                        | F | open | -
F  | @F car wish forced f+3000  | -                        | Disabled | X1 open | @Disabled noF noWish notForced
D- | @D car wish forced         | -                        | D- | open | -
D- | @D car wish forced         | -                        | B | open CarRequestedStopPower | @B noWish notForced
C  | @C car pwm wish fed engaged locked forced | -          | relay off | ContactorReleased unlock | unfed released unlocked
D  | @D car pwm wish fed engaged locked forced | -          | relay off | ContactorReleased unlock | unfed released unlocked
`;

/**
 * What a letter sets or clears it sets or clears whatever it finds, even what no course of events should have left
 * behind. Columns as in `pilotExtraCells`.
 */
export const pilotLeftovers = `
Disabled | @Disabled wish locked c1+3000 | - | A  | X1 open unlock | @A noC1 noWish unlocked
Disabled | @Disabled c1+3000       | - | B  | open CarRequestedStopPower CarPluggedIn | @B car noC1
Disabled | @Disabled c1+3000       | - | D- | open CarPluggedIn lock | @D car simplified noC1 wish locked
Disabled | @Disabled wish locked c1+3000 | - | E  | X1 open unlock | @E noC1 noWish unlocked
Disabled | @Disabled c1+3000       | - | F  | open | @F noC1 f+5000
A  | @A simplified wish locked c1+3000 | - | Disabled | X1 open unlock | @Disabled notSimplified noC1 noWish unlocked
A  | @A simplified                 | - | B  | CarPluggedIn | @B car notSimplified
A  | @A c1+3000                    | - | D- | open CarPluggedIn lock | @D car simplified noC1 wish locked
A  | @A wish locked c1+3000        | - | E  | X1 open unlock | @E noC1 noWish unlocked
A  | @A c1+3000                    | - | F  | open | @F noC1 f+5000
B  | @B car c1+3000                | - | Disabled | X1 open | @Disabled noC1
B  | @B car c1+3000                | - | A  | X1 open CarUnplugged | @A noCar noC1
B  | @B car wish locked            | - | B  | unlock | noWish unlocked
B  | @B car                        | lockInB | B | lock | wish locked
B  | @B car c1+3000                | - | D- | open lock | @D noC1 wish locked
B  | @B car c1+3000                | - | E  | X1 open BCDtoEF BCDtoE | @E noC1
B  | @B car c1+3000                | - | F  | open BCDtoEF | @F noC1 f+5000
C  | @C car                        | - | C  | lock | wish locked
C  | @C car                        | - | D  | lock | @D wish locked
C  | @C car                        | - | D- | open CarRequestedStopPower lock | @D wish locked
D  | @D car                        | - | C  | lock | @C wish locked
D  | @D car                        | - | D  | lock | wish locked
D- | @D car wish locked c1+3000    | - | Disabled | X1 open unlock | @Disabled noC1 noWish unlocked
D- | @D car wish locked c1+3000    | - | A  | X1 open CarUnplugged unlock | @A noCar noC1 noWish unlocked
D- | @D car wish locked c1+3000    | - | B  | open CarRequestedStopPower unlock | @B noC1 noWish unlocked
D- | @D car                        | - | C  | CarRequestedPower lock | @C wish locked
D- | @D car                        | - | D- | open lock | wish locked
D- | @D car wish locked c1+3000    | - | E  | X1 open BCDtoEF BCDtoE unlock | @E noC1 noWish unlocked
D- | @D car wish locked c1+3000    | - | F  | open BCDtoEF | @F noC1 f+5000
E  | @E car wish locked c1+3000    | - | Disabled | X1 open unlock | @Disabled noC1 noWish unlocked
E  | @E car wish locked c1+3000    | - | A  | X1 open CarUnplugged unlock | @A noCar noC1 noWish unlocked
E  | @E car c1+3000                | - | B  | open CarRequestedStopPower EFtoBCD | @B noC1
E  | @E car c1+3000                | - | D- | open EFtoBCD lock | @D noC1 wish locked
E  | @E car wish locked            | - | E  | unlock | noWish unlocked
E  | @E car c1+3000                | - | F  | open | @F noC1 f+5000
F  | @F car c1+3000                | - | Disabled | X1 open | @Disabled noC1
F  | @F car c1+3000                | - | A  | X1 open CarUnplugged | @A noCar noC1
F  | @F car c1+3000                | - | B  | open CarRequestedStopPower EFtoBCD | @B noC1
F  | @F car c1+3000                | - | D- | open EFtoBCD lock | @D noC1 wish locked
F  | @F car c1+3000                | - | E  | X1 open | @E noC1
`;

/** Courses over time: `= name | facts | options`, then `at ms | event | effects | facts that differ`. */
export const pilotCourses = `
= a whole session | @Disabled notEnabled unknownLock
  0     | enable      | boardOn | enabled
  10    | A           | X1 open unlock | @A unlocked
  1000  | B           | CarPluggedIn | @B car
  2000  | setPwm:0.05 | pwm:5 | pwm
  3000  | setPwm:0.5  | pwm:50 | -
  3000  | allow       | - | grant
  4000  | C           | close CarRequestedPower ContactorEngaged lock | @C closed engaged wish locked
  4050  | relay on    | - | fed
  9000  | setPwm:0.25 | pwm:25 | -
  20000 | B           | open CarRequestedStopPower | @B noGrant opened noWish
  20030 | relay off   | ContactorReleased unlock | unfed released unlocked
  21000 | allow       | - | grant
  22000 | C           | close CarRequestedPower ContactorEngaged lock | @C closed engaged wish locked
  22050 | relay on    | - | fed
  30000 | deny        | open | noGrant opened
  30030 | relay off   | ContactorReleased | unfed released
  30100 | setX1       | X1 | noPwm c1+6000
  31000 | B           | open CarRequestedStopPower unlock | @B noC1 noWish unlocked
  32000 | A           | X1 open CarUnplugged | @A noCar

= a grant given while C1 runs does not stop it | @C car pwm grant closed fed engaged wish locked
  1000  | setX1       | X1 | noPwm c1+6000
  2000  | deny        | open | noGrant opened
  2030  | relay off   | ContactorReleased | unfed released
  3000  | allow       | - | grant
  7000  | deadline    | open | noC1 noGrant

= nor one given in D | @D car pwm grant closed fed engaged wish locked
  1000  | setX1       | X1 | noPwm c1+6000
  2000  | deny        | open | noGrant opened
  2030  | relay off   | ContactorReleased | unfed released
  3000  | allow       | - | grant
  7000  | deadline    | open | noC1 noGrant

= C1 opens under load after six seconds and once | @C car pwm grant closed fed engaged wish locked
  1000  | setX1       | X1 | noPwm c1+6000
  6999  | deadline    | - | -
  7000  | deadline    | open | noC1 noGrant opened
  7001  | deadline    | - | -
  7030  | relay off   | ContactorReleased | unfed released
  8000  | setPwm      | pwm:50 | pwm
  8001  | deadline    | - | -
  9000  | allow       | close ContactorEngaged | grant closed engaged

= D under load opens after six seconds, too | @D car pwm grant closed fed engaged wish locked
  1000  | setF        | F | noPwm c1+6000
  6999  | deadline    | - | -
  7000  | deadline    | open | noC1 noGrant opened

= a late post for C1 is a late event and nothing else | @C car pwm grant closed fed engaged wish locked
  0     | setX1       | X1 | noPwm c1+6000
  9000  | deadline    | open | noC1 noGrant opened

= any other event after the end of C1 does not take the place of the post | @C car pwm grant closed fed engaged wish locked
  0     | setX1       | X1 | noPwm c1+6000
  5999  | setPwm      | pwm:50 close | pwm noC1
  6000  | deadline    | - | -
  6500  | setX1       | X1 | noPwm c1+6000
  12499 | deadline    | - | -
  12500 | deadline    | open | noC1 noGrant opened

= C1 goes on over C to D and back | @C car pwm grant closed fed engaged wish locked
  0     | setX1       | X1 | noPwm c1+6000
  1000  | D           | - | @D
  2000  | C           | - | @C
  3000  | setX1       | X1 | -
  5999  | deadline    | - | -
  6000  | deadline    | open | noC1 noGrant opened

= C1 of a contactor never fed back: open, and unlocked 250 ms later | @C car pwm grant closed engaged wish locked
  0     | setX1       | X1 | noPwm c1+6000
  6000  | deadline    | open | noC1 noGrant opened settle+250
  6249  | deadline    | - | -
  6250  | deadline    | ContactorReleased | noSettle released
  7000  | B           | open CarRequestedStopPower unlock | @B noWish unlocked

= F releases the plug after five seconds | @C car pwm grant closed fed engaged wish locked
  1000  | F           | open PilotStopped BCDtoEF | @F noPwm noGrant opened f+5000
  1030  | relay off   | ContactorReleased | unfed released
  3000  | F           | open | -
  5999  | deadline    | - | -
  6000  | deadline    | unlock | noF noWish unlocked
  6001  | deadline    | - | -

= F with a welded contactor keeps the plug until it opens | @C car pwm grant closed fed engaged wish locked
  0     | F           | open PilotStopped BCDtoEF | @F noPwm noGrant opened f+5000
  4999  | deadline    | - | -
  5000  | deadline    | - | noF noWish
  6000  | forceUnlock | - | forced
  9000  | relay off   | ContactorReleased unlock | unfed released unlocked

= F drops a forced unlock with the wish | @F car wish forced f+1000
  999   | deadline    | - | -
  1000  | deadline    | - | noF noWish notForced

= a plug not yet locked is not unlocked by F either | @B car
  0     | F           | open BCDtoEF | @F f+5000
  4999  | deadline    | - | -
  5000  | deadline    | - | noF

= simplified mode | @A | limit10A
  0     | C           | CarPluggedIn lock | @C car simplified wish locked
  1000  | allow       | - | grant
  2000  | setPwm:0.5  | pwm:16.666667 close CarRequestedPower ContactorEngaged | pwm closed engaged
  2050  | relay on    | - | fed
  3000  | setX1       | X1 | noPwm c1+6000
  4000  | setPwm:0.1  | pwm:10 close CarRequestedPower | pwm noC1
  9000  | A           | X1 open PilotStopped CarUnplugged | @A noCar notSimplified noPwm noGrant opened noWish
  9030  | relay off   | ContactorReleased unlock | unfed released unlocked
  10000 | setPwm:0.5  | pwm:50 | pwm

= a welded contactor keeps the plug locked | @C car pwm grant closed fed engaged wish locked
  0     | A           | X1 open PilotStopped CarUnplugged | @A noCar noPwm noGrant opened noWish
  250   | deadline    | - | -
  5000  | forceUnlock | - | -
  60000 | deadline    | - | -
  61000 | relay off   | ContactorReleased unlock | unfed released unlocked

= an open without feedback unlocks after 250 ms | @C car pwm grant closed engaged wish locked
  1000  | B           | open CarRequestedStopPower | @B noGrant opened noWish settle+250
  1100  | deny        | open | -
  1249  | deadline    | - | -
  1250  | deadline    | ContactorReleased unlock | noSettle released unlocked
  1251  | deadline    | - | -

= feedback ends the wait of 250 ms | @C car pwm grant closed engaged wish locked
  1000  | B           | open CarRequestedStopPower | @B noGrant opened noWish settle+250
  1020  | relay off   | ContactorReleased unlock | noSettle released unlocked
  1250  | deadline    | - | -

= closed again within the 250 ms: the contactor was engaged all the time | @C car pwm grant closed engaged wish locked
  1000  | B           | open CarRequestedStopPower | @B noGrant opened noWish settle+250
  1050  | allow       | - | grant
  1100  | C           | close CarRequestedPower | @C closed wish ?settle
  1250  | deadline    | - | noSettle

= the F unlock and the 250 ms run side by side | @C car pwm grant closed engaged wish locked
  0     | F           | open PilotStopped BCDtoEF | @F noPwm noGrant opened f+5000 settle+250
  249   | deadline    | - | -
  250   | deadline    | ContactorReleased | noSettle released
  4999  | deadline    | - | -
  5000  | deadline    | unlock | noF noWish unlocked

= a forced unlock while charging takes effect on the release | @C car pwm grant closed fed engaged wish locked
  0     | forceUnlock | - | forced
  100   | deny        | open | noGrant opened
  130   | relay off   | ContactorReleased unlock | unfed released unlocked
  200   | D           | - | @D
  300   | B           | open CarRequestedStopPower | @B noWish notForced
  400   | C           | CarRequestedPower lock | @C wish locked

= a forced unlock in D holds | @D car pwm wish locked
  0     | forceUnlock | unlock | forced unlocked
  100   | C           | - | @C
  200   | D           | - | @D

= disabling while charging waits for the contactor; the car left plugged in is new afterwards | @C car pwm grant closed fed engaged wish locked
  0     | setF        | F | noPwm c1+6000
  0     | disable     | open boardOff | notEnabled @Disabled noCar noGrant opened noC1 noWish
  10    | B           | - | -
  30    | relay off   | ContactorReleased unlock | unfed released unlocked
  6000  | deadline    | - | -
  7000  | disable     | - | -
  8000  | enable      | boardOn | enabled
  8000  | enable      | - | -
  8010  | B           | open CarRequestedStopPower CarPluggedIn | @B car

= disabling without feedback: 250 ms | @D car pwm grant closed engaged wish locked
  0     | setX1       | X1 | noPwm c1+6000
  0     | disable     | open boardOff | notEnabled @Disabled noCar noGrant opened noC1 noWish settle+250
  249   | deadline    | - | -
  250   | deadline    | ContactorReleased unlock | noSettle released unlocked

= disabling in F stops its timer | @F car wish locked f+1000
  0     | disable     | open boardOff unlock | notEnabled @Disabled noCar noF noWish unlocked
  1000  | deadline    | - | -

= T_step_EF: F for a moment, then on | @B car pwm
  0     | setF        | F | noPwm
  50    | F           | open BCDtoEF | @F f+5000
  4000  | setX1       | X1 | -
  4050  | B           | open CarRequestedStopPower EFtoBCD | @B noF
  5000  | deadline    | - | -

= the contactor fed back closed before the first letter | @Disabled unknownLock
  0     | relay on    | ContactorEngaged | fed engaged
  10    | A           | X1 open lock | @A locked
  20    | relay off   | ContactorReleased unlock | unfed released unlocked
`;
