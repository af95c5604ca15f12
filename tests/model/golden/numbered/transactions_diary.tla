------------------------- MODULE transactions_diary --------------------------
\* Clients that share a transactional id: who gets it, and who is fenced.
\*
\* A model of what a public specification says (Jack Vanlightly's kafka-tlaplus, transactions diary,
\* 02 AddPartitionsToTxn), with its states one to one: two brokers, two clients, one transactional id,
\* one partition of the transaction log and one topic partition. A client asks for a producer id and
\* adds the partition to its transaction; another that asks later fences it, and its transaction is
\* aborted. The coordinator may move once.
\*
\* Each client has at most one message under way. What was delivered is part of the state, because it
\* is in that specification; so are the errors that a client remembers. What follows from other fields
\* is not: the pending transition of a coordinator is the last entry of its log that is not committed.
\* Broker and client of one index have nothing to do with each other. Left out, as there: records,
\* markers, the end of a transaction by its client, and replication, which copies one entry at once.
\*
\* Written by kafka-tck for nodes = 2.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS elections, entries, epochs, most_pids, nodes

Nodes == 0..(nodes - 1)
Nobody == -1

VARIABLES leader, epoch, pids, brokers, clients

UpTo(C, S) == {Q \in Seq(S) : Len(Q) <= C}
Cut(S, C) == SubSeq(S, 1, IF C <= Len(S) THEN C ELSE Len(S))

log_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [pid |-> -1, epoch |-> -1, last_epoch |-> -1, state |-> -1, has_partition |-> FALSE, client |-> Nobody, broker |-> Nobody]

TypeOk ==
  /\ leader \in Nodes \cup {Nobody}
  /\ epoch \in 0..elections
  /\ pids \in 0..most_pids
  /\ brokers \in [Nodes -> [knows_epoch : 0..elections,
                           knows_leader : Nodes \cup {Nobody},
                           pid : (-1)..most_pids,
                           epoch : (-1)..epochs,
                           last_epoch : (-1)..epochs,
                           state : 0..4,
                           has_partition : BOOLEAN,
                           log : UpTo(entries, [pid : (-1)..most_pids, epoch : (-1)..epochs, last_epoch : (-1)..epochs, state : (-1)..4, has_partition : BOOLEAN, client : Nodes \cup {Nobody}, broker : Nodes \cup {Nobody}]),
                           hw : 0..entries]]
  /\ clients \in [Nodes -> [at : 0..4,
                           coordinator : Nodes \cup {Nobody},
                           pid : (-1)..most_pids,
                           epoch : (-1)..epochs,
                           last_error : 0..4,
                           is_adding : BOOLEAN,
                           has_partition : BOOLEAN,
                           mail : 0..4,
                           broker : Nodes \cup {Nobody},
                           code : 0..4,
                           told_pid : (-1)..most_pids,
                           told_epoch : (-1)..epochs,
                           asked : [Nodes -> BOOLEAN],
                           got_id : [Nodes -> BOOLEAN],
                           id_elsewhere : [Nodes -> BOOLEAN],
                           id_later : [Nodes -> BOOLEAN],
                           added : [Nodes -> BOOLEAN],
                           got_partition : [Nodes -> BOOLEAN],
                           add_elsewhere : [Nodes -> BOOLEAN],
                           add_later : [Nodes -> BOOLEAN],
                           add_fenced : [Nodes -> BOOLEAN],
                           add_unknown : [Nodes -> BOOLEAN]]]

Init ==
  /\ leader = 0
  /\ epoch = 0
  /\ pids = 0
  /\ brokers = [n \in Nodes |-> [knows_epoch |-> 0,
                                 knows_leader |-> 0,
                                 pid |-> -1,
                                 epoch |-> -1,
                                 last_epoch |-> -1,
                                 state |-> 0,
                                 has_partition |-> FALSE,
                                 log |-> <<>>,
                                 hw |-> 0]]
  /\ clients = [n \in Nodes |-> [at |-> 0,
                                 coordinator |-> Nobody,
                                 pid |-> -1,
                                 epoch |-> -1,
                                 last_error |-> 0,
                                 is_adding |-> FALSE,
                                 has_partition |-> FALSE,
                                 mail |-> 0,
                                 broker |-> Nobody,
                                 code |-> 0,
                                 told_pid |-> -1,
                                 told_epoch |-> -1,
                                 asked |-> [m \in Nodes |-> FALSE],
                                 got_id |-> [m \in Nodes |-> FALSE],
                                 id_elsewhere |-> [m \in Nodes |-> FALSE],
                                 id_later |-> [m \in Nodes |-> FALSE],
                                 added |-> [m \in Nodes |-> FALSE],
                                 got_partition |-> [m \in Nodes |-> FALSE],
                                 add_elsewhere |-> [m \in Nodes |-> FALSE],
                                 add_later |-> [m \in Nodes |-> FALSE],
                                 add_fenced |-> [m \in Nodes |-> FALSE],
                                 add_unknown |-> [m \in Nodes |-> FALSE]]]

\* A client asks whoever leads the log for the producer id of the transactional id.
client_asks_for_an_id(client) ==
  \* is_ready
  /\ clients[client].at = 0
  /\ clients' = [clients EXCEPT ![client].at = 1,
                                ![client].mail = 1,
                                ![client].broker = leader]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* A client has its producer id and epoch, and keeps to the broker that gave them.
client_gets_an_id(client, broker) ==
  \* is_answered
  /\ clients[client].mail = 2
  \* by_this_broker
  /\ clients[client].broker = broker
  \* so
  /\ clients[client].code = 0
  /\ clients' = [clients EXCEPT ![client].at = 2,
                                ![client].coordinator = broker,
                                ![client].pid = clients[client].told_pid,
                                ![client].epoch = clients[client].told_epoch,
                                ![client].last_error = 0,
                                ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].got_id[broker] = TRUE]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* A client is told to ask elsewhere, or later.
client_gets_no_id(client, broker) ==
  \* is_answered
  /\ clients[client].mail = 2
  \* by_this_broker
  /\ clients[client].broker = broker
  \* so
  /\ (clients[client].code = 1) \/ (clients[client].code = 2)
  /\ clients' = [clients EXCEPT ![client].at = 0,
                                ![client].last_error = clients[client].code,
                                ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].id_elsewhere[broker] = (\/ clients[client].code = 1
                                                                  \/ clients[client].id_elsewhere[broker]),
                                ![client].id_later[broker] = ((clients[client].code = 1)
                                                              => (clients[client].id_later[broker]))]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* A client asks its coordinator to add the partition to its transaction.
client_adds_the_partition(client) ==
  \* has_id
  /\ (clients[client].at = 2) \/ (clients[client].at = 3)
  \* is_not_adding
  /\ ~clients[client].is_adding
  \* lacks_it
  /\ ~clients[client].has_partition
  /\ clients' = [clients EXCEPT ![client].at = 3,
                                ![client].is_adding = TRUE,
                                ![client].mail = 3,
                                ![client].broker = clients[client].coordinator]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* A client hears that the partition is part of its transaction.
client_has_the_partition(client, broker) ==
  \* is_answered
  /\ clients[client].mail = 4
  \* by_this_broker
  /\ clients[client].broker = broker
  \* so
  /\ clients[client].code = 0
  /\ clients' = [clients EXCEPT ![client].is_adding = FALSE,
                                ![client].has_partition = TRUE,
                                ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].got_partition[broker] = TRUE]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* A client is told to add the partition elsewhere, or later.
client_may_try_again(client, broker) ==
  \* is_answered
  /\ clients[client].mail = 4
  \* by_this_broker
  /\ clients[client].broker = broker
  \* so
  /\ (clients[client].code = 1) \/ (clients[client].code = 2)
  /\ clients' = [clients EXCEPT ![client].coordinator = IF clients[client].code = 1
                                                        THEN leader
                                                        ELSE clients[client].coordinator,
                                ![client].last_error = clients[client].code,
                                ![client].is_adding = FALSE,
                                ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].add_elsewhere[broker] = (\/ clients[client].code = 1
                                                                   \/ clients[client].add_elsewhere[broker]),
                                ![client].add_later[broker] = ((clients[client].code = 1)
                                                               => (clients[client].add_later[broker]))]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* A client is told that another has its place, and does nothing more.
client_stops(client, broker) ==
  \* is_answered
  /\ clients[client].mail = 4
  \* by_this_broker
  /\ clients[client].broker = broker
  \* so
  /\ (clients[client].code = 3) \/ (clients[client].code = 4)
  /\ clients' = [clients EXCEPT ![client].at = 4,
                                ![client].last_error = clients[client].code,
                                ![client].is_adding = FALSE,
                                ![client].has_partition = FALSE,
                                ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].add_fenced[broker] = (\/ clients[client].code = 3
                                                                \/ clients[client].add_fenced[broker]),
                                ![client].add_unknown[broker] = ((clients[client].code = 3)
                                                                 => (clients[client].add_unknown[broker]))]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* A broker that does not lead the log says so; one that is busy says: later.
coordinator_gives_no_id(broker, client) ==
  \* comes
  /\ clients[client].mail = 1
  \* to_this_broker
  /\ clients[client].broker = broker
  \* can_not
  /\ ~(/\ brokers[broker].knows_leader = broker
       /\ ~(brokers[broker].hw < Len(brokers[broker].log))
       /\ brokers[broker].state # 3)
  /\ pids' = IF (brokers[broker].knows_leader = broker) THEN brokers[broker].pid ELSE pids
  /\ clients' = [clients EXCEPT ![client].mail = 2,
                                ![client].broker = broker,
                                ![client].code = IF brokers[broker].knows_leader = broker
                                                 THEN 2
                                                 ELSE 1,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].asked[broker] = TRUE]
  /\ UNCHANGED <<leader, epoch, brokers>>

\* The next epoch of the producer id is written; the first of a new one if it is not known.
coordinator_writes_an_id(broker, client) ==
  LET value_1 == IF (brokers[broker].state = 0) THEN (pids + 1) ELSE brokers[broker].pid
  IN
  \* comes
  /\ clients[client].mail = 1
  \* to_this_broker
  /\ clients[client].broker = broker
  \* leads
  /\ brokers[broker].knows_leader = broker
  \* is_free
  /\ (~(brokers[broker].hw < Len(brokers[broker].log))) /\ (brokers[broker].state # 3)
  \* has_no_transaction
  /\ brokers[broker].state # 2
  /\ pids' = value_1
  /\ brokers' = [brokers EXCEPT ![broker].pid = value_1,
                                ![broker].state = IF brokers[broker].state = 0
                                                  THEN 1
                                                  ELSE brokers[broker].state,
                                ![broker].log = Append(brokers[broker].log, [pid |-> value_1,
                                                                             epoch |-> brokers[broker].epoch + 1,
                                                                             last_epoch |-> brokers[broker].epoch,
                                                                             state |-> 1,
                                                                             has_partition |-> FALSE,
                                                                             client |-> client,
                                                                             broker |-> broker])]
  /\ clients' = [clients EXCEPT ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].asked[broker] = TRUE]
  /\ UNCHANGED <<leader, epoch>>

\* Another client's transaction is under way: its abort is written, under the next epoch.
coordinator_fences(broker, client) ==
  \* comes
  /\ clients[client].mail = 1
  \* to_this_broker
  /\ clients[client].broker = broker
  \* leads
  /\ brokers[broker].knows_leader = broker
  \* is_free
  /\ (~(brokers[broker].hw < Len(brokers[broker].log))) /\ (brokers[broker].state # 3)
  \* has_transaction
  /\ brokers[broker].state = 2
  /\ pids' = brokers[broker].pid
  /\ brokers' = [brokers EXCEPT ![broker].log = Append(brokers[broker].log, [pid |-> brokers[broker].pid,
                                                                             epoch |-> brokers[broker].epoch + 1,
                                                                             last_epoch |-> -1,
                                                                             state |-> 3,
                                                                             has_partition |-> brokers[broker].has_partition,
                                                                             client |-> client,
                                                                             broker |-> broker])]
  /\ clients' = [clients EXCEPT ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].asked[broker] = TRUE]
  /\ UNCHANGED <<leader, epoch>>

\* A broker that does not lead, does not know the producer, fenced it or is busy says so.
coordinator_refuses_the_partition(broker, client) ==
  LET value_1 == IF (brokers[broker].knows_leader = broker) /\ (brokers[broker].state = 0)
                 THEN 4
                 ELSE IF brokers[broker].knows_leader = broker
                      THEN IF clients[client].pid = brokers[broker].pid
                           THEN IF clients[client].epoch = brokers[broker].epoch
                                THEN IF /\ ~(brokers[broker].hw < Len(brokers[broker].log))
                                        /\ brokers[broker].state # 3
                                     THEN 0
                                     ELSE 2
                                ELSE 3
                           ELSE 4
                      ELSE 1
  IN
  \* comes
  /\ clients[client].mail = 3
  \* to_this_broker
  /\ clients[client].broker = broker
  \* can_not
  /\ value_1 # 0
  /\ clients' = [clients EXCEPT ![client].mail = 4,
                                ![client].broker = broker,
                                ![client].code = value_1,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].added[broker] = TRUE]
  /\ UNCHANGED <<leader, epoch, pids, brokers>>

\* The transaction is written as under way, with the partition.
coordinator_writes_the_partition(broker, client) ==
  \* comes
  /\ clients[client].mail = 3
  \* to_this_broker
  /\ clients[client].broker = broker
  \* can
  /\ (IF ((brokers[broker].knows_leader = broker) /\ (brokers[broker].state = 0)) THEN 4 ELSE (IF (brokers[broker].knows_leader = broker) THEN (IF (clients[client].pid = brokers[broker].pid) THEN (IF (clients[client].epoch = brokers[broker].epoch) THEN (IF ((~(brokers[broker].hw < Len(brokers[broker].log))) /\ (brokers[broker].state # 3)) THEN 0 ELSE 2) ELSE 3) ELSE 4) ELSE 1)) = 0
  /\ brokers' = [brokers EXCEPT ![broker].log = Append(brokers[broker].log, [pid |-> brokers[broker].pid,
                                                                             epoch |-> brokers[broker].epoch,
                                                                             last_epoch |-> brokers[broker].last_epoch,
                                                                             state |-> 2,
                                                                             has_partition |-> TRUE,
                                                                             client |-> client,
                                                                             broker |-> broker])]
  /\ clients' = [clients EXCEPT ![client].mail = 0,
                                ![client].broker = Nobody,
                                ![client].code = 0,
                                ![client].told_pid = -1,
                                ![client].told_epoch = -1,
                                ![client].added[broker] = TRUE]
  /\ UNCHANGED <<leader, epoch, pids>>

\* Every broker gets the next entry; the leader acts on it, and tells who waits for it.
coordinator_commits(broker) ==
  LET broker_1 == log_at(brokers[broker].log, brokers[broker].hw).broker
      client_1 == log_at(brokers[broker].log, brokers[broker].hw).client
      has_partition_1 == log_at(brokers[broker].log, brokers[broker].hw).has_partition
      state_1 == log_at(brokers[broker].log, brokers[broker].hw).state
      last_epoch_1 == log_at(brokers[broker].log, brokers[broker].hw).last_epoch
      epoch_1 == log_at(brokers[broker].log, brokers[broker].hw).epoch
      pid_1 == log_at(brokers[broker].log, brokers[broker].hw).pid
      fact_2 == state_1 = 3
      value_1 == IF fact_2 THEN 2 ELSE 0
      fact_1 == (state_1 = 1) /\ (value_1 = 0)
  IN
  \* has_more
  /\ brokers[broker].hw < Len(brokers[broker].log)
  \* leads
  /\ leader = broker
  \* is_followed
  /\ \A n \in Nodes : brokers[n].knows_epoch = brokers[broker].knows_epoch
  /\ brokers' = [n \in Nodes |-> [brokers[n] EXCEPT !.pid = IF (n = broker) THEN pid_1 ELSE brokers[n].pid, !.epoch = IF (n = broker) THEN epoch_1 ELSE brokers[n].epoch, !.last_epoch = IF (n = broker) THEN last_epoch_1 ELSE brokers[n].last_epoch, !.state = IF (n = broker) THEN state_1 ELSE brokers[n].state, !.has_partition = IF (n = broker) THEN has_partition_1 ELSE brokers[n].has_partition, !.log = IF (n = broker) THEN (IF fact_2 THEN Append(brokers[broker].log, [pid |-> pid_1, epoch |-> epoch_1, last_epoch |-> last_epoch_1, state |-> 4, has_partition |-> has_partition_1, client |-> Nobody, broker |-> Nobody]) ELSE brokers[broker].log) ELSE Append(brokers[n].log, [pid |-> pid_1, epoch |-> epoch_1, last_epoch |-> last_epoch_1, state |-> state_1, has_partition |-> has_partition_1, client |-> client_1, broker |-> broker_1]), !.hw = brokers[broker].hw + 1]]
  /\ clients' = [n \in Nodes |-> [clients[n] EXCEPT !.mail = IF (client_1 = n) THEN (IF (state_1 = 2) THEN 4 ELSE 2) ELSE clients[n].mail, !.broker = IF (client_1 = n) THEN broker_1 ELSE clients[n].broker, !.code = IF (client_1 = n) THEN value_1 ELSE clients[n].code, !.told_pid = IF (client_1 = n) THEN (IF fact_1 THEN pid_1 ELSE -1) ELSE clients[n].told_pid, !.told_epoch = IF (client_1 = n) THEN (IF fact_1 THEN epoch_1 ELSE -1) ELSE clients[n].told_epoch]]
  /\ UNCHANGED <<leader, epoch, pids>>

\* A new coordinator ends an abort that its predecessor had begun.
coordinator_completes(broker) ==
  \* leads
  /\ brokers[broker].knows_leader = broker
  \* has_begun
  /\ brokers[broker].state = 3
  \* is_idle
  /\ ~(brokers[broker].hw < Len(brokers[broker].log))
  /\ brokers' = [brokers EXCEPT ![broker].log = Append(brokers[broker].log, [pid |-> brokers[broker].pid,
                                                                             epoch |-> brokers[broker].epoch,
                                                                             last_epoch |-> brokers[broker].last_epoch,
                                                                             state |-> 4,
                                                                             has_partition |-> brokers[broker].has_partition,
                                                                             client |-> Nobody,
                                                                             broker |-> Nobody])]
  /\ UNCHANGED <<leader, epoch, pids, clients>>

\* Another broker leads the log, under a new epoch, and knows what its predecessor knows.
controller_elects(broker) ==
  \* does_not_lead
  /\ brokers[broker].knows_leader # broker
  /\ leader' = broker
  /\ epoch' = epoch + 1
  /\ brokers' = [brokers EXCEPT ![broker].knows_epoch = epoch + 1,
                                ![broker].knows_leader = broker,
                                ![broker].pid = IF leader = 1
                                                THEN brokers[1].pid
                                                ELSE brokers[0].pid,
                                ![broker].epoch = IF leader = 1
                                                  THEN brokers[1].epoch
                                                  ELSE brokers[0].epoch,
                                ![broker].last_epoch = IF leader = 1
                                                       THEN brokers[1].last_epoch
                                                       ELSE brokers[0].last_epoch,
                                ![broker].state = IF leader = 1
                                                  THEN brokers[1].state
                                                  ELSE brokers[0].state,
                                ![broker].has_partition = IF leader = 1
                                                          THEN brokers[1].has_partition
                                                          ELSE brokers[0].has_partition]
  /\ UNCHANGED <<pids, clients>>

\* A broker hears that another leads: it drops what is not committed, and tells who waits.
coordinator_resigns(broker) ==
  \* is_behind
  /\ brokers[broker].knows_epoch < epoch
  \* believes_to_lead
  /\ brokers[broker].knows_leader = broker
  \* does_not
  /\ leader # broker
  /\ brokers' = [brokers EXCEPT ![broker].knows_epoch = epoch,
                                ![broker].knows_leader = leader,
                                ![broker].pid = -1,
                                ![broker].epoch = -1,
                                ![broker].last_epoch = -1,
                                ![broker].state = 0,
                                ![broker].has_partition = FALSE,
                                ![broker].log = Cut(brokers[broker].log, brokers[broker].hw)]
  /\ clients' = [n \in Nodes |-> [clients[n] EXCEPT !.mail = IF (log_at(brokers[broker].log, brokers[broker].hw).client = n) THEN (IF (log_at(brokers[broker].log, brokers[broker].hw).state = 2) THEN 4 ELSE 2) ELSE clients[n].mail, !.broker = IF (log_at(brokers[broker].log, brokers[broker].hw).client = n) THEN log_at(brokers[broker].log, brokers[broker].hw).broker ELSE clients[n].broker, !.code = IF (log_at(brokers[broker].log, brokers[broker].hw).client = n) THEN 1 ELSE clients[n].code, !.told_pid = IF (log_at(brokers[broker].log, brokers[broker].hw).client = n) THEN (IF FALSE THEN log_at(brokers[broker].log, brokers[broker].hw).pid ELSE -1) ELSE clients[n].told_pid, !.told_epoch = IF (log_at(brokers[broker].log, brokers[broker].hw).client = n) THEN (IF FALSE THEN log_at(brokers[broker].log, brokers[broker].hw).epoch ELSE -1) ELSE clients[n].told_epoch]]
  /\ UNCHANGED <<leader, epoch, pids>>

Step ==
  \/ \E client \in Nodes : client_asks_for_an_id(client)
  \/ \E client \in Nodes : \E broker \in Nodes : client_gets_an_id(client, broker)
  \/ \E client \in Nodes : \E broker \in Nodes : client_gets_no_id(client, broker)
  \/ \E client \in Nodes : client_adds_the_partition(client)
  \/ \E client \in Nodes : \E broker \in Nodes : client_has_the_partition(client, broker)
  \/ \E client \in Nodes : \E broker \in Nodes : client_may_try_again(client, broker)
  \/ \E client \in Nodes : \E broker \in Nodes : client_stops(client, broker)
  \/ \E broker \in Nodes : \E client \in Nodes : coordinator_gives_no_id(broker, client)
  \/ \E broker \in Nodes : \E client \in Nodes : coordinator_writes_an_id(broker, client)
  \/ \E broker \in Nodes : \E client \in Nodes : coordinator_fences(broker, client)
  \/ \E broker \in Nodes : \E client \in Nodes : coordinator_refuses_the_partition(broker, client)
  \/ \E broker \in Nodes : \E client \in Nodes : coordinator_writes_the_partition(broker, client)
  \/ \E broker \in Nodes : coordinator_commits(broker)
  \/ \E broker \in Nodes : coordinator_completes(broker)
  \/ \E broker \in Nodes : controller_elects(broker)
  \/ \E broker \in Nodes : coordinator_resigns(broker)

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<leader, epoch, pids, brokers, clients>>

\* Always: No two clients have the same producer id with the same epoch.
clients_have_different_epochs ==
  ((clients[0].pid # -1) /\ (clients[0].pid = clients[1].pid))
  => (clients[0].epoch # clients[1].epoch)

\* Always: No two brokers believe that they lead the log in the same epoch.
coordinators_have_different_epochs ==
  ~(/\ brokers[0].knows_leader = 0
    /\ brokers[1].knows_leader = 1
    /\ brokers[0].knows_epoch = brokers[1].knows_epoch)

\* Sometimes: Every client was given a producer id.
all_clients_have_an_id ==
  \A n \in Nodes : clients[n].pid # -1

\* Sometimes: A client has the partition in its transaction.
a_partition_is_added ==
  \E n \in Nodes : (clients[n].at = 3) /\ clients[n].has_partition

\* Sometimes: A client is told that another has its place.
a_client_is_fenced ==
  \E n \in Nodes : (clients[n].at = 4) /\ (clients[n].last_error = 3)

\* Sometimes: A coordinator has aborted the transaction of a client that was fenced.
a_transaction_is_aborted ==
  \E n \in Nodes : brokers[n].state = 4

never_all_clients_have_an_id == ~all_clients_have_an_id

never_a_partition_is_added == ~a_partition_is_added

never_a_client_is_fenced == ~a_client_is_fenced

never_a_transaction_is_aborted == ~a_transaction_is_aborted

==============================================================================
