------------------------------ MODULE async_isr ------------------------------
\* ISR changes in flight: the high watermark over the maximal ISR.
\*
\* One leader, elected for good, and a controller that decides about the ISR. The leader asks for
\* changes and is told of decisions, both out of step; the HW is the least log end of all members of
\* the ISR that it knows of or has asked for (KIP-497). Left out: elections (module replication),
\* broker epochs and eligibility (module lifecycle).
\*
\* Written by kafka-tck for nodes = 3.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS most_versions, offsets, Nobody, n0, n1, n2

Nodes == {n0, n1, n2}

Symmetry == Permutations(Nodes \ {n0})

VARIABLES versions, version, isr, pending_isr, is_pending, leo

UpTo(C, S) == {Q \in Seq(S) : Len(Q) <= C}
LeastOf(S) == CHOOSE I \in S : \A J \in S : I <= J
Put(S, I, R) == IF I \in 0..(Len(S) - 1) THEN [S EXCEPT ![I + 1] = R] ELSE S

versions_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [isr |-> [n \in Nodes |-> FALSE], asked |-> [n \in Nodes |-> FALSE]]

TypeOk ==
  /\ versions \in UpTo(most_versions + 1, [isr : [Nodes -> BOOLEAN], asked : [Nodes -> BOOLEAN]])
  /\ version \in 0..most_versions
  /\ isr \in [Nodes -> BOOLEAN]
  /\ pending_isr \in [Nodes -> BOOLEAN]
  /\ is_pending \in BOOLEAN
  /\ leo \in [Nodes -> 0..offsets]

Init ==
  /\ versions = <<[isr |-> [n \in Nodes |-> TRUE], asked |-> [n \in Nodes |-> FALSE]]>>
  /\ version = 0
  /\ isr = [n \in Nodes |-> TRUE]
  /\ pending_isr = [n \in Nodes |-> FALSE]
  /\ is_pending = FALSE
  /\ leo = [n \in Nodes |-> 0]

\* The controller takes out a follower that failed.
controller_shrinks_isr(replica) ==
  \* follows
  /\ replica # n0
  \* in_isr
  /\ versions_at(versions, Len(versions) - 1).isr[replica]
  /\ versions' = Append(versions, [isr |-> [n \in Nodes |-> /\ n # replica
                                                            /\ versions_at(versions, Len(versions) - 1).isr[n]],
                                   asked |-> [n \in Nodes |-> FALSE]])
  /\ UNCHANGED <<version, isr, pending_isr, is_pending, leo>>

\* The controller grants a request that was made of its latest version; older ones are lost.
controller_grants_request(replica) ==
  \* was_asked
  /\ versions_at(versions, Len(versions) - 1).asked[replica]
  /\ versions' = Append(versions, [isr |-> [n \in Nodes |-> IF n = replica
                                                            THEN ~(versions_at(versions, Len(versions) - 1).isr[replica])
                                                            ELSE versions_at(versions, Len(versions) - 1).isr[n]],
                                   asked |-> [n \in Nodes |-> FALSE]])
  /\ UNCHANGED <<version, isr, pending_isr, is_pending, leo>>

\* The leader asks to take a follower out; until it hears, it counts with both ISRs.
leader_asks_to_shrink(replica) ==
  \* follows
  /\ replica # n0
  \* in_isr
  /\ isr[replica]
  /\ versions' = Put(versions, version, [isr |-> versions_at(versions, version).isr,
                                         asked |-> [n \in Nodes |-> \/ n = replica
                                                                    \/ versions_at(versions, version).asked[n]]])
  /\ pending_isr' = [n \in Nodes |-> pending_isr[n] \/ ((n # replica) /\ isr[n])]
  /\ is_pending' = TRUE
  /\ UNCHANGED <<version, isr, leo>>

\* The leader asks to take in a follower that reached the high watermark.
leader_asks_to_expand(replica) ==
  \* outside
  /\ ~isr[replica]
  \* reached_hw
  /\ LeastOf({IF (isr[n] \/ pending_isr[n]) THEN leo[n] ELSE leo[n0] : n \in Nodes}) <= leo[replica]
  /\ versions' = Put(versions, version, [isr |-> versions_at(versions, version).isr,
                                         asked |-> [n \in Nodes |-> \/ n = replica
                                                                    \/ versions_at(versions, version).asked[n]]])
  /\ pending_isr' = [n \in Nodes |-> pending_isr[n] \/ (n = replica) \/ isr[n]]
  /\ is_pending' = TRUE
  /\ UNCHANGED <<version, isr, leo>>

\* The leader takes up a later decision, and forgets what it had asked for.
leader_hears_of_version(version_) ==
  \* was_decided
  /\ version_ < Len(versions)
  \* is_later
  /\ version < version_
  /\ version' = version_
  /\ isr' = versions_at(versions, version_).isr
  /\ pending_isr' = [n \in Nodes |-> FALSE]
  /\ is_pending' = FALSE
  /\ UNCHANGED <<versions, leo>>

\* The leader writes a record at its log end.
leader_appends ==
  /\ leo' = [leo EXCEPT ![n0] = leo[n0] + 1]
  /\ UNCHANGED <<versions, version, isr, pending_isr, is_pending>>

\* A follower copies the leader's next record.
follower_fetches(replica) ==
  \* follows
  /\ replica # n0
  \* has_more
  /\ leo[replica] < leo[n0]
  /\ leo' = [leo EXCEPT ![replica] = leo[replica] + 1]
  /\ UNCHANGED <<versions, version, isr, pending_isr, is_pending>>

Step ==
  \/ \E replica \in Nodes : controller_shrinks_isr(replica)
  \/ \E replica \in Nodes : controller_grants_request(replica)
  \/ \E replica \in Nodes : leader_asks_to_shrink(replica)
  \/ \E replica \in Nodes : leader_asks_to_expand(replica)
  \/ \E version_ \in 1..most_versions : leader_hears_of_version(version_)
  \/ leader_appends
  \/ \E replica \in Nodes : follower_fetches(replica)

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<versions, version, isr, pending_isr, is_pending, leo>>

\* Always: Every member of the controller's ISR has reached the leader's high watermark.
the_isr_reached_the_hw ==
  \A n \in Nodes :
    (versions_at(versions, Len(versions) - 1).isr[n])
    => (LeastOf({IF (isr[m] \/ pending_isr[m]) THEN leo[m] ELSE leo[n0] : m \in Nodes}) <= leo[n])

\* Sometimes: The leader waits for an answer while the controller has decided something else.
a_request_is_overtaken ==
  is_pending /\ (version < (Len(versions) - 1))

\* Sometimes: A follower that was out is in the ISR again.
the_isr_grows_again ==
  /\ 2 < Len(versions)
  /\ ~(\A n \in Nodes : versions_at(versions, 1).isr[n])
  /\ (\A n \in Nodes : versions_at(versions, 2).isr[n])

never_a_request_is_overtaken == ~a_request_is_overtaken

never_the_isr_grows_again == ~the_isr_grows_again

==============================================================================
