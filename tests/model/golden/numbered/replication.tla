----------------------------- MODULE replication -----------------------------
\* Replication of one partition: leaders, followers, the ISR and the high watermark.
\*
\* The abstraction is that of the public specification by Kafka committers: the controller's word is
\* a sequence of LeaderAndIsr requests, one per leader epoch, that each replica takes up when it
\* likes; a change of the ISR by the leader is atomic; a replica that is down is one that does
\* nothing. Its four older protocols are variants of this module.
\*
\* Offsets are exclusive: `hw` is the first offset that is not committed. Left out: contents of
\* records, page cache and disk (durability), ISR changes in flight (async_isr.py), fencing of
\* brokers (lifecycle).
\*
\* Written by kafka-tck for nodes = 3, protocol = kip-320.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS epochs, log_size, records, nodes

Nodes == 0..(nodes - 1)
Nobody == -1

VARIABLES isr, next_id, requests, replicas

UpTo(C, S) == {Q \in Seq(S) : Len(Q) <= C}
Least(A, B) == IF A <= B THEN A ELSE B
Cut(S, C) == SubSeq(S, 1, IF C <= Len(S) THEN C ELSE Len(S))
LastWhere(C, Holds(_)) ==
  IF \A I \in 0..(C - 1) : ~Holds(I) THEN 0
  ELSE 1 + CHOOSE I \in 0..(C - 1) :
             Holds(I) /\ \A J \in (I + 1)..(C - 1) : ~Holds(J)

requests_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [leader |-> Nobody, isr |-> [n \in Nodes |-> FALSE]]

log_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [id |-> -1, epoch |-> -1]

TypeOk ==
  /\ isr \in [Nodes -> BOOLEAN]
  /\ next_id \in 0..records
  /\ requests \in UpTo(epochs, [leader : Nodes \cup {Nobody}, isr : [Nodes -> BOOLEAN]])
  /\ replicas \in [Nodes -> [epoch : (-1)..(epochs - 1),
                            leader : Nodes \cup {Nobody},
                            isr : [Nodes -> BOOLEAN],
                            hw : 0..log_size,
                            log : UpTo(log_size, [id : (-1)..(records - 1), epoch : (-1)..(epochs - 1)])]]

Init ==
  /\ isr = [n \in Nodes |-> TRUE]
  /\ next_id = 0
  /\ requests = <<>>
  /\ replicas = [n \in Nodes |-> [epoch |-> -1,
                                  leader |-> Nobody,
                                  isr |-> [m \in Nodes |-> FALSE],
                                  hw |-> 0,
                                  log |-> <<>>]]

\* The controller takes a broker that failed out of the ISR, but never the last leader.
controller_shrinks_isr(replica) ==
  LET leader_1 == requests_at(requests, Len(requests) - 1).leader
      fact_1 == leader_1 = replica
  IN
  \* concerned
  /\ fact_1 \/ isr[replica]
  /\ isr' = [isr EXCEPT ![replica] = (/\ isr[replica]
                                      /\ fact_1
                                      /\ ~(\E n \in Nodes \ {replica} : isr[n]))]
  /\ requests' = Append(requests, [leader |-> IF fact_1 THEN Nobody ELSE leader_1,
                                   isr |-> [n \in Nodes |-> IF n = replica
                                                            THEN /\ isr[replica]
                                                                 /\ fact_1
                                                                 /\ ~(\E m \in Nodes \ {replica} :
                                                                        isr[m])
                                                            ELSE isr[n]]])
  /\ UNCHANGED <<next_id, replicas>>

\* The controller makes another member of the ISR the leader, under a new epoch.
controller_elects_leader(replica) ==
  \* in_isr
  /\ isr[replica]
  \* is_new
  /\ requests_at(requests, Len(requests) - 1).leader # replica
  /\ requests' = Append(requests, [leader |-> replica, isr |-> isr])
  /\ UNCHANGED <<isr, next_id, replicas>>

\* A broker takes up a later epoch in which another leads, and cuts its log to that one's.
broker_becomes_follower(replica, leader, epoch) ==
  LET place_1 == LastWhere(Least(Len(replicas[replica].log), Len(replicas[leader].log)),
                           LAMBDA o : /\ log_at(replicas[replica].log, o).id = log_at(replicas[leader].log, o).id
                                      /\ log_at(replicas[replica].log, o).epoch = log_at(replicas[leader].log, o).epoch)
  IN
  \* is_another
  /\ leader # replica
  \* was_sent
  /\ epoch < Len(requests)
  \* names_leader
  /\ requests_at(requests, epoch).leader = leader
  \* is_later
  /\ replicas[replica].epoch < epoch
  \* leader_is_there
  /\ (replicas[leader].leader = leader) /\ (replicas[leader].epoch = epoch)
  \* can_be_cut
  /\ place_1 <= Len(replicas[replica].log)
  /\ replicas' = [replicas EXCEPT ![replica].epoch = epoch,
                                  ![replica].leader = leader,
                                  ![replica].isr = requests_at(requests, epoch).isr,
                                  ![replica].hw = Least(place_1, replicas[replica].hw),
                                  ![replica].log = Cut(replicas[replica].log, place_1)]
  /\ UNCHANGED <<isr, next_id, requests>>

\* A follower copies its leader's next record, and learns its high watermark.
follower_fetches(replica, leader) ==
  \* presumes
  /\ replicas[leader].leader = leader
  \* follows
  /\ /\ replicas[leader].leader = leader
     /\ replicas[replica].leader = leader
     /\ replicas[replica].epoch = replicas[leader].epoch
  \* has_more
  /\ Len(replicas[replica].log) < Len(replicas[leader].log)
  /\ replicas' = [replicas EXCEPT ![replica].hw = Least(replicas[leader].hw, Len(replicas[replica].log) + 1),
                                  ![replica].log = Append(replicas[replica].log, [id |-> log_at(replicas[leader].log, Len(replicas[replica].log)).id,
                                                                                  epoch |-> log_at(replicas[leader].log, Len(replicas[replica].log)).epoch])]
  /\ UNCHANGED <<isr, next_id, requests>>

\* A broker takes up a later epoch in which it leads; its high watermark may lag.
broker_becomes_leader(replica, epoch) ==
  \* was_sent
  /\ epoch < Len(requests)
  \* names_it
  /\ requests_at(requests, epoch).leader = replica
  \* is_later
  /\ replicas[replica].epoch < epoch
  /\ replicas' = [replicas EXCEPT ![replica].epoch = epoch,
                                  ![replica].leader = replica,
                                  ![replica].isr = requests_at(requests, epoch).isr]
  /\ UNCHANGED <<isr, next_id, requests>>

\* Who presumes to lead writes a record at its log end.
leader_appends(leader) ==
  \* presumes
  /\ replicas[leader].leader = leader
  /\ next_id' = next_id + 1
  /\ replicas' = [replicas EXCEPT ![leader].log = Append(replicas[leader].log, [id |-> next_id,
                                                                                epoch |-> replicas[leader].epoch])]
  /\ UNCHANGED <<isr, requests>>

\* The leader commits the next record when its whole ISR follows it and has that record.
leader_advances_hw(leader) ==
  \* presumes
  /\ replicas[leader].leader = leader
  \* has_more
  /\ replicas[leader].hw < Len(replicas[leader].log)
  \* isr_has_it
  /\ \A n \in Nodes :
       (replicas[leader].isr[n])
       => (/\ replicas[leader].leader = leader
           /\ replicas[n].leader = leader
           /\ replicas[n].epoch = replicas[leader].epoch
           /\ replicas[leader].hw < Len(replicas[n].log))
  /\ replicas' = [replicas EXCEPT ![leader].hw = replicas[leader].hw + 1]
  /\ UNCHANGED <<isr, next_id, requests>>

\* The true leader takes out a follower that does not follow it or is not at its log end.
leader_shrinks_isr(leader, follower) ==
  LET value_1 == Len(replicas[leader].log) - 1
  IN
  \* is_another
  /\ follower # leader
  \* is_true_leader
  /\ /\ replicas[leader].leader = leader
     /\ requests_at(requests, Len(requests) - 1).leader = leader
     /\ replicas[leader].epoch = (Len(requests) - 1)
  \* in_isr
  /\ replicas[leader].isr[follower]
  \* lags
  /\ ~(/\ replicas[leader].leader = leader
       /\ replicas[follower].leader = leader
       /\ replicas[follower].epoch = replicas[leader].epoch
       /\ \/ Len(replicas[leader].log) = 0
          \/ (value_1 < Len(replicas[leader].log)) /\ (value_1 < Len(replicas[follower].log)))
  /\ isr' = [n \in Nodes |-> (n # follower) /\ replicas[leader].isr[n]]
  /\ replicas' = [replicas EXCEPT ![leader].isr[follower] = FALSE]
  /\ UNCHANGED <<next_id, requests>>

\* The true leader takes in a follower that reached its high watermark and its epoch's start.
leader_expands_isr(leader, follower) ==
  \* is_true_leader
  /\ /\ replicas[leader].leader = leader
     /\ requests_at(requests, Len(requests) - 1).leader = leader
     /\ replicas[leader].epoch = (Len(requests) - 1)
  \* outside
  /\ ~replicas[leader].isr[follower]
  \* follows
  /\ /\ replicas[leader].leader = leader
     /\ replicas[follower].leader = leader
     /\ replicas[follower].epoch = replicas[leader].epoch
  \* reached_hw
  /\ \/ replicas[leader].hw = 0
     \/ /\ (replicas[leader].hw - 1) < Len(replicas[leader].log)
        /\ (replicas[leader].hw - 1) < Len(replicas[follower].log)
  \* hw_reached_epoch
  /\ \/ replicas[leader].hw = Len(replicas[leader].log)
     \/ log_at(replicas[leader].log, replicas[leader].hw).epoch = replicas[leader].epoch
  /\ isr' = [n \in Nodes |-> (n = follower) \/ replicas[leader].isr[n]]
  /\ replicas' = [replicas EXCEPT ![leader].isr[follower] = TRUE]
  /\ UNCHANGED <<next_id, requests>>

Step ==
  \/ \E replica \in Nodes : controller_shrinks_isr(replica)
  \/ \E replica \in Nodes : controller_elects_leader(replica)
  \/ \E replica \in Nodes : \E leader \in Nodes : \E epoch \in 0..(epochs - 1) : broker_becomes_follower(replica, leader, epoch)
  \/ \E replica \in Nodes : \E leader \in Nodes : follower_fetches(replica, leader)
  \/ \E replica \in Nodes : \E epoch \in 0..(epochs - 1) : broker_becomes_leader(replica, epoch)
  \/ \E leader \in Nodes : leader_appends(leader)
  \/ \E leader \in Nodes : leader_advances_hw(leader)
  \/ \E leader \in Nodes : \E follower \in Nodes : leader_shrinks_isr(leader, follower)
  \/ \E leader \in Nodes : \E follower \in Nodes : leader_expands_isr(leader, follower)

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<isr, next_id, requests, replicas>>

\* Always: Every member of the true ISR has each record below the high watermark of any leader.
the_isr_holds_what_is_committed ==
  \A n \in Nodes :
    (replicas[n].leader = n)
    => (\A m \in Nodes :
          (isr[m])
          => (\A o \in 0..(replicas[n].hw - 1) :
                /\ o < Len(replicas[n].log)
                /\ o < Len(replicas[m].log)
                /\ log_at(replicas[n].log, o).id = log_at(replicas[m].log, o).id
                /\ log_at(replicas[n].log, o).epoch = log_at(replicas[m].log, o).epoch))

\* Always: Every member of the ISR that a leader assumes has each record below that leader's HW.
the_assumed_isr_holds_what_is_committed ==
  \A n \in Nodes :
    (replicas[n].leader = n)
    => (\A m \in Nodes :
          (replicas[n].isr[m])
          => (\A o \in 0..(replicas[n].hw - 1) :
                /\ o < Len(replicas[n].log)
                /\ o < Len(replicas[m].log)
                /\ log_at(replicas[n].log, o).id = log_at(replicas[m].log, o).id
                /\ log_at(replicas[n].log, o).epoch = log_at(replicas[m].log, o).epoch))

\* Always: The leader of the latest epoch, if it has one, is a member of the ISR.
the_leader_is_in_the_isr ==
  \/ requests_at(requests, Len(requests) - 1).leader = Nobody
  \/ (\E n \in Nodes : (requests_at(requests, Len(requests) - 1).leader = n) /\ isr[n])

\* Sometimes: A leader of an epoch after the first commits a record.
a_record_is_committed_in_a_later_epoch ==
  \E n \in Nodes : (replicas[n].leader = n) /\ (0 < replicas[n].epoch) /\ (0 < replicas[n].hw)

\* Sometimes: A zombie still takes writes while its successor does.
two_brokers_presume_to_lead ==
  \E n \in Nodes : \E m \in Nodes \ {n} : (replicas[n].leader = n) /\ (replicas[m].leader = m)

\* Sometimes: Two replicas hold different records at one offset.
logs_diverge ==
  \E n \in Nodes :
    \E m \in Nodes \ {n} :
      /\ 0 < Len(replicas[n].log)
      /\ 0 < Len(replicas[m].log)
      /\ ~(/\ log_at(replicas[n].log, 0).id = log_at(replicas[m].log, 0).id
           /\ log_at(replicas[n].log, 0).epoch = log_at(replicas[m].log, 0).epoch)

never_a_record_is_committed_in_a_later_epoch == ~a_record_is_committed_in_a_later_epoch

never_two_brokers_presume_to_lead == ~two_brokers_presume_to_lead

never_logs_diverge == ~logs_diverge

==============================================================================
