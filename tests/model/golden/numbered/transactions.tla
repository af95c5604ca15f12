---------------------------- MODULE transactions -----------------------------
\* Transactions of one transactional id: can one be torn, read before its time, or never end?
\*
\* A coordinator, partitions (node n leads partition n), producers and a consumer. Requests of
\* producers may arrive late, twice and out of order: what was sent once may be handled at any time.
\* An instance of a producer is known by its epoch. Its transactions are numbered here, which no
\* request tells the coordinator; a record belongs to the transaction in which it was sent.
\*
\* With `transaction.version=1` (EndTxn up to v4) an instance keeps its epoch, and adds partitions
\* before it writes. With 2 (EndTxn v5, KIP-890) each end of a transaction raises the epoch, and the
\* leader adds the partition when a record comes.
\*
\* Left out: replication of partitions and of the coordinator's log (a leader's log end is its high
\* watermark), what numbers of batches are (records are written in order, and once: idempotence),
\* offsets in transactions (pipeline), several transactional ids.
\*
\* Written by kafka-tck for nodes = 1, transaction_version = 2, verification = True, isolation_level = read_committed, marker_version = 2, late_markers = 0, records = 2, guarded = True, by_epoch = True, recovers = True.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS epochs, log_size, most_fail_overs, most_late_markers, most_records, most_transactions, nodes

Nodes == 0..(nodes - 1)
Nobody == -1

VARIABLES state, promised, members, marked, fail_overs, late_markers, producers, sent, markers, transactions, records, leaders

UpTo(C, S) == {Q \in Seq(S) : Len(Q) <= C}
Most(A, B) == IF A >= B THEN A ELSE B
Put(S, I, R) == IF I \in 0..(Len(S) - 1) THEN [S EXCEPT ![I + 1] = R] ELSE S
FirstWhere(C, Holds(_)) ==
  IF \A I \in 0..(C - 1) : ~Holds(I) THEN C
  ELSE CHOOSE I \in 0..(C - 1) : Holds(I) /\ \A J \in 0..(I - 1) : ~Holds(J)

producers_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [phase |-> -1, transaction |-> -1, asked |-> [n \in Nodes |-> FALSE], added |-> [n \in Nodes |-> FALSE]]

sent_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [add |-> [n \in Nodes |-> FALSE], commit |-> FALSE, abort |-> FALSE]

transactions_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [wanted |-> -1]

records_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [epoch |-> -1, transaction |-> -1, partition |-> Nobody, written |-> FALSE, shown |-> FALSE]

log_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [kind |-> -1, record |-> -1]

aborted_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [first |-> -1, last |-> -1]

TypeOk ==
  /\ state \in 0..5
  /\ promised \in 0..epochs
  /\ members \in [Nodes -> BOOLEAN]
  /\ marked \in [Nodes -> BOOLEAN]
  /\ fail_overs \in 0..most_fail_overs
  /\ late_markers \in 0..most_late_markers
  /\ producers \in UpTo(epochs + 1, [phase : (-1)..4, transaction : (-1)..(most_transactions - 1), asked : [Nodes -> BOOLEAN], added : [Nodes -> BOOLEAN]])
  /\ sent \in UpTo(epochs + 1, [add : [Nodes -> BOOLEAN], commit : BOOLEAN, abort : BOOLEAN])
  /\ markers \in UpTo(epochs + 1, [commit : [Nodes -> BOOLEAN], abort : [Nodes -> BOOLEAN]])
  /\ transactions \in UpTo(most_transactions, [wanted : (-1)..2])
  /\ records \in UpTo(most_records, [epoch : (-1)..epochs, transaction : (-1)..(most_transactions - 1), partition : Nodes \cup {Nobody}, written : BOOLEAN, shown : BOOLEAN])
  /\ leaders \in [Nodes -> [log : UpTo(log_size, [kind : (-1)..2, record : (-1)..(most_records - 1)]),
                           epoch : (-1)..epochs,
                           first_open : (-1)..(log_size - 1),
                           aborted : UpTo(most_records, [first : (-1)..log_size, last : (-1)..log_size]),
                           verified : (-1)..epochs]]

Init ==
  /\ state = 0
  /\ promised = 0
  /\ members = [n \in Nodes |-> FALSE]
  /\ marked = [n \in Nodes |-> FALSE]
  /\ fail_overs = 0
  /\ late_markers = 0
  /\ producers = <<[phase |-> 1, transaction |-> -1, asked |-> [n \in Nodes |-> FALSE], added |-> [n \in Nodes |-> FALSE]]>>
  /\ sent = <<[add |-> [n \in Nodes |-> FALSE], commit |-> FALSE, abort |-> FALSE]>>
  /\ markers = <<[commit |-> [n \in Nodes |-> FALSE], abort |-> [n \in Nodes |-> FALSE]]>>
  /\ transactions = <<>>
  /\ records = <<>>
  /\ leaders = [n \in Nodes |-> [log |-> <<>>,
                                 epoch |-> -1,
                                 first_open |-> -1,
                                 aborted |-> <<>>,
                                 verified |-> -1]]

\* A consumer is given a record; with read_committed only one that is stable and not aborted.
consumer_reads(leader, offset) ==
  \* is_there
  /\ offset < Len(leaders[leader].log)
  \* is_data
  /\ log_at(leaders[leader].log, offset).kind = 0
  \* is_stable
  /\ offset < (IF (leaders[leader].first_open # -1) THEN leaders[leader].first_open ELSE Len(leaders[leader].log))
  \* is_not_aborted
  /\ \A o \in 0..(Len(leaders[leader].aborted) - 1) :
       \/ offset < aborted_at(leaders[leader].aborted, o).first
       \/ aborted_at(leaders[leader].aborted, o).last < offset
  /\ records' = Put(records, log_at(leaders[leader].log, offset).record, [epoch |-> records_at(records, log_at(leaders[leader].log, offset).record).epoch,
                                                                          transaction |-> records_at(records, log_at(leaders[leader].log, offset).record).transaction,
                                                                          partition |-> records_at(records, log_at(leaders[leader].log, offset).record).partition,
                                                                          written |-> records_at(records, log_at(leaders[leader].log, offset).record).written,
                                                                          shown |-> TRUE])
  /\ UNCHANGED <<state, promised, members, marked, fail_overs, late_markers, producers, sent, markers, transactions, leaders>>

\* A producer sends a record to a partition that is in its transaction, or will be.
producer_sends_record(epoch, partition) ==
  LET fact_1 == producers_at(producers, epoch).phase = 1
      value_1 == Put(producers, epoch, [phase |-> 2,
                                        transaction |-> IF fact_1
                                                        THEN Len(transactions)
                                                        ELSE producers_at(producers, epoch).transaction,
                                        asked |-> [n \in Nodes |-> producers_at(producers, epoch).asked[partition]],
                                        added |-> [n \in Nodes |-> producers_at(producers, epoch).added[partition]]])
  IN
  \* is_at_work
  /\ fact_1 \/ (producers_at(producers, epoch).phase = 2)
  /\ producers' = value_1
  /\ transactions' = IF fact_1 THEN Append(transactions, [wanted |-> 0]) ELSE transactions
  /\ records' = Append(records, [epoch |-> epoch,
                                 transaction |-> producers_at(value_1, epoch).transaction,
                                 partition |-> partition,
                                 written |-> FALSE,
                                 shown |-> FALSE])
  /\ UNCHANGED <<state, promised, members, marked, fail_overs, late_markers, sent, markers, leaders>>

\* A producer whose records are all acknowledged asks to commit.
producer_commits(epoch) ==
  \* is_writing
  /\ producers_at(producers, epoch).phase = 2
  \* all_are_acknowledged
  /\ \A o \in 0..(Len(records) - 1) :
       (records_at(records, o).transaction = producers_at(producers, epoch).transaction)
       => (records_at(records, o).written)
  /\ producers' = Put(producers, epoch, [phase |-> 3,
                                         transaction |-> producers_at(producers, epoch).transaction,
                                         asked |-> producers_at(producers, epoch).asked,
                                         added |-> producers_at(producers, epoch).added])
  /\ sent' = Put(sent, epoch, [add |-> sent_at(sent, epoch).add,
                               commit |-> TRUE,
                               abort |-> sent_at(sent, epoch).abort])
  /\ transactions' = Put(transactions, producers_at(producers, epoch).transaction, [wanted |-> 1])
  /\ UNCHANGED <<state, promised, members, marked, fail_overs, late_markers, markers, records, leaders>>

\* A producer asks to abort, whatever became of its records.
producer_aborts(epoch) ==
  \* is_writing
  /\ producers_at(producers, epoch).phase = 2
  /\ producers' = Put(producers, epoch, [phase |-> 4,
                                         transaction |-> producers_at(producers, epoch).transaction,
                                         asked |-> producers_at(producers, epoch).asked,
                                         added |-> producers_at(producers, epoch).added])
  /\ sent' = Put(sent, epoch, [add |-> sent_at(sent, epoch).add,
                               commit |-> sent_at(sent, epoch).commit,
                               abort |-> TRUE])
  /\ transactions' = Put(transactions, producers_at(producers, epoch).transaction, [wanted |-> 2])
  /\ UNCHANGED <<state, promised, members, marked, fail_overs, late_markers, markers, records, leaders>>

\* EndTxn v5: the epoch rises with each end; one epoch lower is a repeat of the last.
coordinator_handles_end_v5(epoch, end, heard) ==
  LET fact_2 == (Len(producers) - 1) = epoch
      fact_1 == (Len(producers) - 1) = (epoch + 1)
      value_4 == IF fact_2
                 THEN Append(producers, [phase |-> 0,
                                         transaction |-> -1,
                                         asked |-> [m \in Nodes |-> FALSE],
                                         added |-> [m \in Nodes |-> FALSE]])
                 ELSE producers
      value_3 == IF fact_2
                 THEN Append(producers, [phase |-> 0,
                                         transaction |-> -1,
                                         asked |-> [n \in Nodes |-> FALSE],
                                         added |-> [n \in Nodes |-> FALSE]])
                 ELSE producers
      value_2 == Put(value_4, epoch, [phase |-> 0,
                                      transaction |-> producers_at(value_4, epoch).transaction,
                                      asked |-> [m \in Nodes |-> FALSE],
                                      added |-> [m \in Nodes |-> FALSE]])
      value_1 == Put(value_3, epoch, [phase |-> 0,
                                      transaction |-> producers_at(value_3, epoch).transaction,
                                      asked |-> [n \in Nodes |-> FALSE],
                                      added |-> [n \in Nodes |-> FALSE]])
  IN
  \* was_sent
  /\ IF (end = 1) THEN sent_at(sent, epoch).commit ELSE sent_at(sent, epoch).abort
  \* is_known
  /\ fact_2 \/ fact_1
  \* fits
  /\ \/ fact_2 /\ ((state = 1) \/ ((end # 1) /\ ((state = 0) \/ (state = 4) \/ (state = 5))))
     \/ fact_1 /\ (state = (end + 3))
  /\ state' = IF fact_2 THEN (end + 1) ELSE state
  /\ marked' = [marked EXCEPT ![0] = ((~fact_2) /\ marked[0])]
  /\ producers' = IF (heard # 0) /\ (producers_at(value_3, epoch).phase = (end + 2))
                  THEN Put(value_1, epoch + 1, [phase |-> 1,
                                                transaction |-> producers_at(value_1, epoch + 1).transaction,
                                                asked |-> producers_at(value_2, epoch + 1).asked,
                                                added |-> producers_at(value_2, epoch + 1).added])
                  ELSE value_3
  /\ sent' = IF fact_2
             THEN Append(sent, [add |-> [n \in Nodes |-> FALSE],
                                commit |-> FALSE,
                                abort |-> FALSE])
             ELSE sent
  /\ markers' = IF fact_2
                THEN Append(markers, [commit |-> [n \in Nodes |-> FALSE],
                                      abort |-> [n \in Nodes |-> FALSE]])
                ELSE markers
  /\ UNCHANGED <<promised, members, fail_overs, late_markers, transactions, records, leaders>>

\* A transaction takes too long, or a new instance begins: it is aborted with a new epoch.
coordinator_aborts_by_itself ==
  \* is_ongoing
  /\ state = 1
  /\ state' = 3
  /\ marked' = [marked EXCEPT ![0] = FALSE]
  /\ producers' = Append(producers, [phase |-> 0,
                                     transaction |-> -1,
                                     asked |-> [n \in Nodes |-> FALSE],
                                     added |-> [n \in Nodes |-> FALSE]])
  /\ sent' = Append(sent, [add |-> [n \in Nodes |-> FALSE], commit |-> FALSE, abort |-> FALSE])
  /\ markers' = Append(markers, [commit |-> [n \in Nodes |-> FALSE],
                                 abort |-> [n \in Nodes |-> FALSE]])
  /\ UNCHANGED <<promised, members, fail_overs, late_markers, transactions, records, leaders>>

\* A new instance begins with the next epoch: all that were before it are fenced.
coordinator_initializes_producer ==
  LET value_4 == Append(producers, [phase |-> 0,
                                    transaction |-> -1,
                                    asked |-> [m \in Nodes |-> FALSE],
                                    added |-> [m \in Nodes |-> FALSE]])
      value_3 == Append(producers, [phase |-> 0,
                                    transaction |-> -1,
                                    asked |-> [n \in Nodes |-> FALSE],
                                    added |-> [n \in Nodes |-> FALSE]])
      value_2 == Len(value_4) - 1
      value_1 == Len(value_3) - 1
  IN
  \* is_over
  /\ (state = 0) \/ (state = 4) \/ (state = 5)
  /\ promised' = value_1
  /\ producers' = Put(value_3, value_1, [phase |-> 1,
                                         transaction |-> producers_at(value_3, value_1).transaction,
                                         asked |-> producers_at(value_4, value_2).asked,
                                         added |-> producers_at(value_4, value_2).added])
  /\ sent' = Append(sent, [add |-> [n \in Nodes |-> FALSE], commit |-> FALSE, abort |-> FALSE])
  /\ markers' = Append(markers, [commit |-> [n \in Nodes |-> FALSE],
                                 abort |-> [n \in Nodes |-> FALSE]])
  /\ UNCHANGED <<state, members, marked, fail_overs, late_markers, transactions, records, leaders>>

\* Every partition has acknowledged its marker: the transaction is over.
coordinator_completes ==
  \* is_prepared
  /\ (state = 2) \/ (state = 3)
  \* is_acked
  /\ members[0] => marked[0]
  /\ state' = IF (state = 2) THEN 4 ELSE 5
  /\ members' = [members EXCEPT ![0] = FALSE]
  /\ marked' = [marked EXCEPT ![0] = FALSE]
  /\ UNCHANGED <<promised, fail_overs, late_markers, producers, sent, markers, transactions, records, leaders>>

\* Another coordinator reads the log: what was prepared gets its markers once more.
coordinator_fails_over ==
  \* has_markers_to_write
  /\ (state = 2) \/ (state = 3)
  /\ marked' = [marked EXCEPT ![0] = FALSE]
  /\ fail_overs' = fail_overs + 1
  /\ UNCHANGED <<state, promised, members, late_markers, producers, sent, markers, transactions, records, leaders>>

\* Before a transaction begins at a partition, its leader asks the coordinator about it.
leader_verifies(leader, record) ==
  \* was_sent
  /\ (record < Len(records)) /\ (records_at(records, record).partition = leader)
  \* is_new
  /\ ~records_at(records, record).written
  \* begins
  /\ ~(/\ leaders[leader].first_open # -1
       /\ leaders[leader].epoch = records_at(records, record).epoch)
  \* is_current
  /\ (Len(producers) - 1) = records_at(records, record).epoch
  \* is_settled
  /\ ~((state = 2) \/ (state = 3))
  /\ state' = 1
  /\ members' = [members EXCEPT ![leader] = TRUE]
  /\ leaders' = [leaders EXCEPT ![leader].verified = records_at(records, record).epoch]
  /\ UNCHANGED <<promised, marked, fail_overs, late_markers, producers, sent, markers, transactions, records>>

\* A leader writes a record: its transaction is open at the partition from here on.
leader_appends(leader, record) ==
  LET fact_1 == leaders[leader].first_open # -1
  IN
  \* was_sent
  /\ (record < Len(records)) /\ (records_at(records, record).partition = leader)
  \* is_new
  /\ ~records_at(records, record).written
  \* is_current
  /\ leaders[leader].epoch <= records_at(records, record).epoch
  \* is_next
  /\ \A o \in 0..(record - 1) :
       (/\ records_at(records, o).epoch = records_at(records, record).epoch
        /\ records_at(records, o).partition = leader)
       => (records_at(records, o).written)
  \* is_verified
  /\ \/ fact_1 /\ (leaders[leader].epoch = records_at(records, record).epoch)
     \/ leaders[leader].verified = records_at(records, record).epoch
  /\ records' = Put(records, record, [epoch |-> records_at(records, record).epoch,
                                      transaction |-> records_at(records, record).transaction,
                                      partition |-> records_at(records, record).partition,
                                      written |-> TRUE,
                                      shown |-> records_at(records, record).shown])
  /\ leaders' = [leaders EXCEPT ![leader].log = Append(leaders[leader].log, [kind |-> 0,
                                                                             record |-> record]),
                                ![leader].epoch = records_at(records, record).epoch,
                                ![leader].first_open = IF fact_1
                                                       THEN leaders[leader].first_open
                                                       ELSE Len(leaders[leader].log),
                                ![leader].verified = -1]
  /\ UNCHANGED <<state, promised, members, marked, fail_overs, late_markers, producers, sent, markers, transactions>>

\* The leader of a member writes what the coordinator has prepared, and acknowledges it.
leader_writes_marker(leader) ==
  LET value_1 == IF (state = 2) THEN 1 ELSE 2
  IN
  \* is_prepared
  /\ (state = 2) \/ (state = 3)
  \* is_member
  /\ members[leader]
  \* is_missing
  /\ ~marked[leader]
  \* is_current
  /\ leaders[leader].epoch <= (Len(producers) - 1)
  /\ marked' = [marked EXCEPT ![leader] = TRUE]
  /\ leaders' = [leaders EXCEPT ![leader].log = Append(leaders[leader].log, [kind |-> value_1,
                                                                             record |-> -1]),
                                ![leader].epoch = Most(leaders[leader].epoch, Len(producers) - 1),
                                ![leader].first_open = -1,
                                ![leader].aborted = IF /\ leaders[leader].first_open # -1
                                                       /\ value_1 = 2
                                                    THEN Append(leaders[leader].aborted, [first |-> leaders[leader].first_open,
                                                                                          last |-> Len(leaders[leader].log)])
                                                    ELSE leaders[leader].aborted,
                                ![leader].verified = -1]
  /\ UNCHANGED <<state, promised, members, fail_overs, late_markers, producers, sent, markers, transactions, records>>

Step ==
  \/ \E leader \in Nodes : \E offset \in 0..(log_size - 1) : consumer_reads(leader, offset)
  \/ \E epoch \in 0..epochs : \E partition \in Nodes : producer_sends_record(epoch, partition)
  \/ \E epoch \in 0..epochs : producer_commits(epoch)
  \/ \E epoch \in 0..epochs : producer_aborts(epoch)
  \/ \E epoch \in 0..epochs : \E end \in {1, 2} : \E heard \in {0, 1} : coordinator_handles_end_v5(epoch, end, heard)
  \/ coordinator_aborts_by_itself
  \/ coordinator_initializes_producer
  \/ coordinator_completes
  \/ coordinator_fails_over
  \/ \E leader \in Nodes : \E record \in 0..(most_records - 1) : leader_verifies(leader, record)
  \/ \E leader \in Nodes : \E record \in 0..(most_records - 1) : leader_appends(leader, record)
  \/ \E leader \in Nodes : leader_writes_marker(leader)

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<state, promised, members, marked, fail_overs, late_markers, producers, sent, markers, transactions, records, leaders>>

\* Always: Every record below the last stable offset has a marker after it.
the_lso_never_passes_an_undecided_record ==
  \A o \in 0..((IF (leaders[0].first_open # -1) THEN leaders[0].first_open ELSE Len(leaders[0].log)) - 1) :
    (log_at(leaders[0].log, o).kind = 0)
    => (~(\A p \in 0..(Len(leaders[0].log) - 1) :
            (o < p) => (log_at(leaders[0].log, p).kind = 0)))

\* Always: With read_committed a record that a consumer was given is below the last stable offset.
committed_reads_show_no_undecided_record ==
  \A o \in 0..(Len(leaders[0].log) - 1) :
    (/\ log_at(leaders[0].log, o).kind = 0
     /\ records_at(records, log_at(leaders[0].log, o).record).shown)
    => (o < (IF (leaders[0].first_open # -1) THEN leaders[0].first_open ELSE Len(leaders[0].log)))

\* Sometimes: A record is committed, and its producer goes on.
a_transaction_is_committed ==
  /\ state = 4
  /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
  /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1

\* Sometimes: A record is aborted.
a_transaction_is_aborted ==
  /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
  /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 2

\* Sometimes: A consumer was given a record whose transaction is committed.
a_committed_record_is_read ==
  /\ records_at(records, 0).shown
  /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
  /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1

\* Anomaly: A record is committed while its producer has not asked to end its transaction.
a_delayed_end_commits_a_later_transaction ==
  \/ /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1
     /\ transactions_at(transactions, records_at(records, 0).transaction).wanted = 0
  \/ /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1
     /\ transactions_at(transactions, records_at(records, 1).transaction).wanted = 0

\* Anomaly: A record is committed though its producer asked to abort its transaction.
an_aborted_record_is_committed ==
  \/ /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1
     /\ transactions_at(transactions, records_at(records, 0).transaction).wanted = 2
  \/ /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1
     /\ transactions_at(transactions, records_at(records, 1).transaction).wanted = 2

\* Anomaly: A producer asked to commit; one of the records is committed, and another one aborted.
a_transaction_is_torn ==
  \/ /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1
     /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 2
     /\ records_at(records, 0).transaction = records_at(records, 1).transaction
     /\ transactions_at(transactions, records_at(records, 0).transaction).wanted = 1
  \/ /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1
     /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 2
     /\ records_at(records, 1).transaction = records_at(records, 0).transaction
     /\ transactions_at(transactions, records_at(records, 1).transaction).wanted = 1

\* Anomaly: A record holds back the last stable offset, and no transaction has its partition.
a_transaction_hangs ==
  /\ (IF (leaders[0].first_open # -1) THEN leaders[0].first_open ELSE Len(leaders[0].log)) < Len(leaders[0].log)
  /\ ~members[0]

\* Anomaly: A consumer was given a record whose transaction is aborted.
an_aborted_record_is_read ==
  \/ /\ records_at(records, 0).shown
     /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 2
  \/ /\ records_at(records, 1).shown
     /\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
     /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 2

\* Anomaly: A consumer was given a record whose transaction is not decided.
an_undecided_record_is_read ==
  \/ /\ records_at(records, 0).shown
     /\ ~(/\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
          /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 2)
     /\ ~(/\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
          /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 0)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1)
  \/ /\ records_at(records, 1).shown
     /\ ~(/\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
          /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 2)
     /\ ~(/\ (FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))) < Len(leaders[0].log)
          /\ log_at(leaders[0].log, FirstWhere(Len(leaders[0].log), LAMBDA o : ((FirstWhere(Len(leaders[0].log), LAMBDA p : log_at(leaders[0].log, p).record = 1)) < o) /\ (log_at(leaders[0].log, o).kind # 0))).kind = 1)

never_a_transaction_is_committed == ~a_transaction_is_committed

never_a_transaction_is_aborted == ~a_transaction_is_aborted

never_a_committed_record_is_read == ~a_committed_record_is_read

never_a_delayed_end_commits_a_later_transaction == ~a_delayed_end_commits_a_later_transaction

never_an_aborted_record_is_committed == ~an_aborted_record_is_committed

never_a_transaction_is_torn == ~a_transaction_is_torn

never_a_transaction_hangs == ~a_transaction_hangs

never_an_aborted_record_is_read == ~an_aborted_record_is_read

never_an_undecided_record_is_read == ~an_undecided_record_is_read

==============================================================================
