----------------------------- MODULE idempotence -----------------------------
\* One producer's batches in one partition: when is one there twice, or before an earlier one?
\*
\* The producer numbers its batches, each of one record, and has several of them in flight. A
\* connection brings requests in their order; the producer opens another one when it likes, and what
\* is left on the older ones may come late, or never, as may answers. So requests are lost, repeated
\* and reordered. A partition remembers the last batches of the producer; who leads next rebuilds that
\* from its log, and a snapshot has the last batch only. State that is too old is forgotten.
\*
\* Left out: followers (replication, durability), other producers, batches of several records,
\* transactions, and producers that renumber what they gave up: a new epoch begins with new batches.
\*
\* Written by kafka-tck for nodes = 1, enable_idempotence = True, max_in_flight_requests_per_connection = 5, window = 5, turn = 16, late_by_a_turn = False.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS connections, epochs, expiries, most_batches, most_requests, nodes

Nodes == 0..(nodes - 1)
Nobody == -1

VARIABLES batches, epoch, first, connection, requests, log, hw, known_epoch, last, remembered, life

UpTo(C, S) == {Q \in Seq(S) : Len(Q) <= C}
Least(A, B) == IF A <= B THEN A ELSE B
Most(A, B) == IF A >= B THEN A ELSE B
Cut(S, C) == SubSeq(S, 1, IF C <= Len(S) THEN C ELSE Len(S))
Put(S, I, R) == IF I \in 0..(Len(S) - 1) THEN [S EXCEPT ![I + 1] = R] ELSE S
FirstWhere(C, Holds(_)) ==
  IF \A I \in 0..(C - 1) : ~Holds(I) THEN C
  ELSE CHOOSE I \in 0..(C - 1) : Holds(I) /\ \A J \in 0..(I - 1) : ~Holds(J)
LastWhere(C, Holds(_)) ==
  IF \A I \in 0..(C - 1) : ~Holds(I) THEN 0
  ELSE 1 + CHOOSE I \in 0..(C - 1) :
             Holds(I) /\ \A J \in (I + 1)..(C - 1) : ~Holds(J)

batches_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [epoch |-> -1, sequence |-> -1, awaited |-> -1, offset |-> -1]

requests_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [batch |-> -1, connection |-> -1, state |-> -1, offset |-> -1]

log_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [batch |-> -1, epoch |-> -1, sequence |-> -1, run |-> -1, life |-> -1]

TypeOk ==
  /\ batches \in UpTo(most_batches, [epoch : (-1)..epochs, sequence : (-1)..2, awaited : (-1)..connections, offset : (-1)..(most_requests - 1)])
  /\ epoch \in 0..epochs
  /\ first \in 0..most_batches
  /\ connection \in 0..connections
  /\ requests \in UpTo(most_requests, [batch : (-1)..(most_batches - 1), connection : (-1)..connections, state : (-1)..3, offset : (-1)..(most_requests - 1)])
  /\ log \in UpTo(most_requests, [batch : (-1)..(most_batches - 1), epoch : (-1)..epochs, sequence : (-1)..2, run : (-1)..most_requests, life : (-1)..expiries])
  /\ hw \in 0..most_requests
  /\ known_epoch \in (-1)..epochs
  /\ last \in (-1)..2
  /\ remembered \in 0..3
  /\ life \in 0..expiries

Init ==
  /\ batches = <<>>
  /\ epoch = 0
  /\ first = 0
  /\ connection = 0
  /\ requests = <<>>
  /\ log = <<>>
  /\ hw = 0
  /\ known_epoch = -1
  /\ last = -1
  /\ remembered = 0
  /\ life = 0

\* All replicas in sync have what the leader has.
followers_catch_up ==
  \* has_more
  /\ hw < Len(log)
  /\ hw' = Len(log)
  /\ UNCHANGED <<batches, epoch, first, connection, requests, log, known_epoch, last, remembered, life>>

\* Another replica leads: it has what is committed, and knows the producer from its log.
follower_takes_over(length) ==
  \* has_what_is_committed
  /\ hw <= length
  \* has_no_more
  /\ length <= Len(log)
  /\ connection' = connection + 1
  /\ log' = Cut(log, length)
  /\ known_epoch' = log_at(log, length + -1).epoch
  /\ last' = log_at(log, length + -1).sequence
  /\ remembered' = Most(0, Least(log_at(log, length + -1).run, 5))
  /\ UNCHANGED <<batches, epoch, first, requests, hw, life>>

\* The leader restarts: a snapshot has the last batch of a producer, and no other.
leader_loads_a_snapshot ==
  \* remembers_more
  /\ 1 < remembered
  /\ remembered' = 1
  /\ UNCHANGED <<batches, epoch, first, connection, requests, log, hw, known_epoch, last, life>>

\* The producer was silent for so long that the leader forgets it.
leader_forgets ==
  \* knows
  /\ known_epoch # -1
  /\ known_epoch' = -1
  /\ last' = -1
  /\ remembered' = 0
  /\ life' = life + 1
  /\ UNCHANGED <<batches, epoch, first, connection, requests, log, hw>>

\* The producer numbers a new batch, and sends it on its connection.
producer_sends ==
  LET value_1 == batches_at(batches, Len(batches) - 1).sequence + 1
  IN
  \* may_be_in_flight
  /\ (Len(batches) - (FirstWhere(Len(batches), LAMBDA o : (first <= o) /\ (batches_at(batches, o).offset = -1)))) < 5
  /\ batches' = Append(batches, [epoch |-> epoch,
                                 sequence |-> IF Len(batches) = first
                                              THEN 0
                                              ELSE IF (value_1 = 16) THEN 0 ELSE value_1,
                                 awaited |-> connection,
                                 offset |-> -1])
  /\ requests' = Append(requests, [batch |-> Len(batches),
                                   connection |-> connection,
                                   state |-> 0,
                                   offset |-> -1])
  /\ UNCHANGED <<epoch, first, connection, log, hw, known_epoch, last, remembered, life>>

\* The producer sends a batch again: it was told of an error, or its connection is gone.
producer_retries(batch) ==
  \* was_sent
  /\ batch < Len(batches)
  \* is_not_given_up
  /\ first <= batch
  \* is_not_acknowledged
  /\ batches_at(batches, batch).offset = -1
  \* is_not_awaited
  /\ batches_at(batches, batch).awaited # connection
  /\ batches' = Put(batches, batch, [epoch |-> batches_at(batches, batch).epoch,
                                     sequence |-> batches_at(batches, batch).sequence,
                                     awaited |-> connection,
                                     offset |-> batches_at(batches, batch).offset])
  /\ requests' = Append(requests, [batch |-> batch,
                                   connection |-> connection,
                                   state |-> 0,
                                   offset |-> -1])
  /\ UNCHANGED <<epoch, first, connection, log, hw, known_epoch, last, remembered, life>>

\* The producer is told that a batch is written, and where: all replicas have it.
producer_hears(request) ==
  \* is_written
  /\ requests_at(requests, request).state = 1
  \* is_committed
  /\ requests_at(requests, request).offset < hw
  \* is_on_this_connection
  /\ requests_at(requests, request).connection = connection
  \* is_news
  /\ batches_at(batches, requests_at(requests, request).batch).offset = -1
  /\ batches' = Put(batches, requests_at(requests, request).batch, [epoch |-> batches_at(batches, requests_at(requests, request).batch).epoch,
                                                                    sequence |-> batches_at(batches, requests_at(requests, request).batch).sequence,
                                                                    awaited |-> batches_at(batches, requests_at(requests, request).batch).awaited,
                                                                    offset |-> requests_at(requests, request).offset])
  /\ UNCHANGED <<epoch, first, connection, requests, log, hw, known_epoch, last, remembered, life>>

\* The producer is told of an error, and may send the batch again.
producer_hears_of_an_error(request) ==
  \* is_refused
  /\ requests_at(requests, request).state = 2
  \* is_on_this_connection
  /\ requests_at(requests, request).connection = connection
  /\ batches' = Put(batches, requests_at(requests, request).batch, [epoch |-> batches_at(batches, requests_at(requests, request).batch).epoch,
                                                                    sequence |-> batches_at(batches, requests_at(requests, request).batch).sequence,
                                                                    awaited |-> -1,
                                                                    offset |-> batches_at(batches, requests_at(requests, request).batch).offset])
  /\ requests' = Put(requests, request, [batch |-> requests_at(requests, request).batch,
                                         connection |-> requests_at(requests, request).connection,
                                         state |-> 3,
                                         offset |-> requests_at(requests, request).offset])
  /\ UNCHANGED <<epoch, first, connection, log, hw, known_epoch, last, remembered, life>>

\* The producer opens another connection; it hears nothing more on those that it had.
producer_connects_again ==
  /\ connection' = connection + 1
  /\ UNCHANGED <<batches, epoch, first, requests, log, hw, known_epoch, last, remembered, life>>

\* The producer gives up what is not acknowledged, and begins again at 0 in a new epoch.
producer_begins_an_epoch ==
  /\ epoch' = epoch + 1
  /\ first' = Len(batches)
  /\ UNCHANGED <<batches, connection, requests, log, hw, known_epoch, last, remembered, life>>

\* The leader writes a batch at the end of its log.
leader_writes(request) ==
  LET sequence_1 == batches_at(batches, requests_at(requests, request).batch).sequence
      epoch_1 == batches_at(batches, requests_at(requests, request).batch).epoch
      batch_1 == log_at(log, Len(log) - 1).batch
      fact_1 == known_epoch = epoch_1
      value_1 == last - sequence_1
  IN
  \* is_under_way
  /\ requests_at(requests, request).state = 0
  \* comes_in_order
  /\ \A o \in 0..(Len(requests) - 1) :
       (/\ o < request
        /\ requests_at(requests, o).connection = requests_at(requests, request).connection)
       => (requests_at(requests, o).state # 0)
  \* is_of_this_turn
  /\ \/ known_epoch = -1
     \/ /\ (batch_1 + 1) < (requests_at(requests, request).batch + 16)
        /\ (requests_at(requests, request).batch + 5) <= (batch_1 + 16)
  \* is_no_repetition
  /\ ~(/\ epoch_1 = known_epoch
       /\ (IF (sequence_1 <= last) THEN value_1 ELSE (value_1 + 16)) < remembered)
  \* has_present_epoch
  /\ known_epoch <= epoch_1
  \* is_in_sequence
  /\ \/ known_epoch = -1
     \/ (IF fact_1
         THEN sequence_1 = (IF ((last + 1) = 16) THEN 0 ELSE (last + 1))
         ELSE sequence_1 = 0)
  /\ requests' = Put(requests, request, [batch |-> requests_at(requests, request).batch,
                                         connection |-> requests_at(requests, request).connection,
                                         state |-> 1,
                                         offset |-> Len(log)])
  /\ log' = Append(log, [batch |-> requests_at(requests, request).batch,
                         epoch |-> epoch_1,
                         sequence |-> sequence_1,
                         run |-> IF fact_1 THEN (log_at(log, Len(log) - 1).run + 1) ELSE 1,
                         life |-> life])
  /\ known_epoch' = epoch_1
  /\ last' = sequence_1
  /\ remembered' = IF fact_1 THEN Least(remembered + 1, 5) ELSE 1
  /\ UNCHANGED <<batches, epoch, first, connection, hw, life>>

\* The leader answers a batch that it remembers as it did the first time; it writes nothing.
leader_recognises(request) ==
  LET sequence_1 == batches_at(batches, requests_at(requests, request).batch).sequence
      batch_1 == log_at(log, Len(log) - 1).batch
      value_2 == last - sequence_1
      value_1 == IF (sequence_1 <= last) THEN value_2 ELSE (value_2 + 16)
  IN
  \* is_under_way
  /\ requests_at(requests, request).state = 0
  \* comes_in_order
  /\ \A o \in 0..(Len(requests) - 1) :
       (/\ o < request
        /\ requests_at(requests, o).connection = requests_at(requests, request).connection)
       => (requests_at(requests, o).state # 0)
  \* is_of_this_turn
  /\ \/ known_epoch = -1
     \/ /\ (batch_1 + 1) < (requests_at(requests, request).batch + 16)
        /\ (requests_at(requests, request).batch + 5) <= (batch_1 + 16)
  \* is_repetition
  /\ /\ batches_at(batches, requests_at(requests, request).batch).epoch = known_epoch
     /\ value_1 < remembered
  /\ requests' = Put(requests, request, [batch |-> requests_at(requests, request).batch,
                                         connection |-> requests_at(requests, request).connection,
                                         state |-> 1,
                                         offset |-> (Len(log) - 1) - value_1])
  /\ UNCHANGED <<batches, epoch, first, connection, log, hw, known_epoch, last, remembered, life>>

\* The leader refuses a batch of an old epoch, or out of sequence.
leader_refuses(request) ==
  LET sequence_1 == batches_at(batches, requests_at(requests, request).batch).sequence
      epoch_1 == batches_at(batches, requests_at(requests, request).batch).epoch
      value_1 == last - sequence_1
  IN
  \* is_under_way
  /\ requests_at(requests, request).state = 0
  \* comes_in_order
  /\ \A o \in 0..(Len(requests) - 1) :
       (/\ o < request
        /\ requests_at(requests, o).connection = requests_at(requests, request).connection)
       => (requests_at(requests, o).state # 0)
  \* is_no_repetition
  /\ ~(/\ epoch_1 = known_epoch
       /\ (IF (sequence_1 <= last) THEN value_1 ELSE (value_1 + 16)) < remembered)
  \* is_wrong
  /\ ~(/\ known_epoch <= epoch_1
       /\ \/ known_epoch = -1
          \/ (IF known_epoch = epoch_1
              THEN sequence_1 = (IF ((last + 1) = 16) THEN 0 ELSE (last + 1))
              ELSE sequence_1 = 0))
  /\ requests' = Put(requests, request, [batch |-> requests_at(requests, request).batch,
                                         connection |-> requests_at(requests, request).connection,
                                         state |-> 2,
                                         offset |-> (LastWhere(Len(log), LAMBDA o : log_at(log, o).batch = requests_at(requests, request).batch)) - 1])
  /\ UNCHANGED <<batches, epoch, first, connection, log, hw, known_epoch, last, remembered, life>>

\* The leader refuses a batch for a reason of its own that passes: it may be sent again.
leader_cannot_write(request) ==
  \* is_under_way
  /\ requests_at(requests, request).state = 0
  \* comes_in_order
  /\ \A o \in 0..(Len(requests) - 1) :
       (/\ o < request
        /\ requests_at(requests, o).connection = requests_at(requests, request).connection)
       => (requests_at(requests, o).state # 0)
  /\ requests' = Put(requests, request, [batch |-> requests_at(requests, request).batch,
                                         connection |-> requests_at(requests, request).connection,
                                         state |-> 2,
                                         offset |-> -1])
  /\ UNCHANGED <<batches, epoch, first, connection, log, hw, known_epoch, last, remembered, life>>

Step ==
  \/ followers_catch_up
  \/ \E length \in 0..most_requests : follower_takes_over(length)
  \/ leader_loads_a_snapshot
  \/ leader_forgets
  \/ producer_sends
  \/ \E batch \in 0..(most_batches - 1) : producer_retries(batch)
  \/ \E request \in 0..(most_requests - 1) : producer_hears(request)
  \/ \E request \in 0..(most_requests - 1) : producer_hears_of_an_error(request)
  \/ producer_connects_again
  \/ producer_begins_an_epoch
  \/ \E request \in 0..(most_requests - 1) : leader_writes(request)
  \/ \E request \in 0..(most_requests - 1) : leader_recognises(request)
  \/ \E request \in 0..(most_requests - 1) : leader_refuses(request)
  \/ \E request \in 0..(most_requests - 1) : leader_cannot_write(request)

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<batches, epoch, first, connection, requests, log, hw, known_epoch, last, remembered, life>>

\* Always: While the partition knows the producer, no batch is in the log twice.
no_batch_is_repeated ==
  \A o \in 0..(Len(log) - 1) :
    \A p \in 0..(o - 1) :
      (log_at(log, p).life = log_at(log, o).life)
      => (log_at(log, p).batch # log_at(log, o).batch)

\* Always: While the partition knows the producer, the log has batches in the order of sending.
no_batch_is_before_an_earlier_one ==
  \A o \in 0..(Len(log) - 1) :
    \A p \in 0..(o - 1) :
      (log_at(log, p).life = log_at(log, o).life)
      => (log_at(log, p).batch <= log_at(log, o).batch)

\* Always: Of two neighbours of one epoch in the log the later was sent next after the earlier.
no_batch_is_missing_within_an_epoch ==
  \A o \in 0..(Len(log) - 1) :
    \A p \in 0..(o - 1) :
      \/ log_at(log, p).life # log_at(log, o).life
      \/ ~(((p + 1) = o) /\ (log_at(log, p).epoch = log_at(log, o).epoch))
      \/ (log_at(log, p).batch + 1) = log_at(log, o).batch

\* Always: While the partition knows the producer, epochs do not fall along the log.
no_epoch_writes_after_a_later_one ==
  \A o \in 0..(Len(log) - 1) :
    \A p \in 0..(o - 1) :
      (log_at(log, p).life = log_at(log, o).life)
      => (log_at(log, p).epoch <= log_at(log, o).epoch)

\* Always: An acknowledged batch is in the log at the offset that its producer was told.
what_is_acknowledged_is_where_it_was_said_to_be ==
  \A o \in 0..(Len(batches) - 1) :
    \/ batches_at(batches, o).offset = -1
    \/ /\ batches_at(batches, o).offset < hw
       /\ log_at(log, batches_at(batches, o).offset).batch = o

\* Sometimes: Three batches are sent and acknowledged.
everything_is_acknowledged ==
  /\ batches_at(batches, 0).offset # -1
  /\ batches_at(batches, 1).offset # -1
  /\ batches_at(batches, 2).offset # -1
  /\ 3 <= Len(batches)

\* Sometimes: A batch that was refused once is in the log.
a_batch_is_written_after_a_refusal ==
  /\ 1 < Len(requests)
  /\ requests_at(requests, 0).batch = requests_at(requests, Len(requests) - 1).batch
  /\ requests_at(requests, Len(requests) - 1).state = 1
  /\ 2 <= requests_at(requests, 0).state

\* Anomaly: A batch is in the log twice.
a_batch_is_there_twice ==
  ~(\A o \in 0..(Len(log) - 1) :
      \A p \in 0..(o - 1) : log_at(log, p).batch # log_at(log, o).batch)

\* Anomaly: A batch was written, its producer did not hear so, sent it again, and it is there twice.
a_lost_answer_writes_twice ==
  ~(\A o \in 0..(Len(requests) - 1) :
      \A p \in 0..(o - 1) :
        ~(/\ requests_at(requests, p).state = 1
          /\ log_at(log, requests_at(requests, p).offset).batch = requests_at(requests, p).batch
          /\ requests_at(requests, o).state = 1
          /\ log_at(log, requests_at(requests, o).offset).batch = requests_at(requests, p).batch
          /\ requests_at(requests, p).offset < requests_at(requests, o).offset))

\* Anomaly: A batch is in the log for the first time after one that was sent later.
batches_are_reordered ==
  ~(\A o \in 0..(Len(log) - 1) :
      ~(/\ (\A p \in 0..(o - 1) : log_at(log, p).batch # log_at(log, o).batch)
        /\ ~(\A p \in 0..(o - 1) : log_at(log, p).batch < log_at(log, o).batch)))

\* Anomaly: Three batches were sent, and the log has the second, the third, and then the first.
one_two_three_is_two_three_one ==
  /\ Len(log) = 3
  /\ log_at(log, 0).batch = 1
  /\ log_at(log, 1).batch = 2
  /\ log_at(log, 2).batch = 0

\* Anomaly: The first record is not of the first batch: who knows nothing takes any sequence.
the_log_begins_with_a_later_batch ==
  0 < log_at(log, 0).batch

\* Anomaly: A producer sends again what is there, and is told that it is out of sequence.
a_batch_that_is_there_is_refused ==
  ~(\A o \in 0..(Len(requests) - 1) :
      ~(/\ requests_at(requests, o).state = 2
        /\ requests_at(requests, o).connection = connection
        /\ requests_at(requests, o).offset # -1
        /\ batches_at(batches, requests_at(requests, o).batch).offset = -1))

never_everything_is_acknowledged == ~everything_is_acknowledged

never_a_batch_is_written_after_a_refusal == ~a_batch_is_written_after_a_refusal

never_a_batch_is_there_twice == ~a_batch_is_there_twice

never_a_lost_answer_writes_twice == ~a_lost_answer_writes_twice

never_batches_are_reordered == ~batches_are_reordered

never_one_two_three_is_two_three_one == ~one_two_three_is_two_three_one

never_the_log_begins_with_a_later_batch == ~the_log_begins_with_a_later_batch

never_a_batch_that_is_there_is_refused == ~a_batch_that_is_there_is_refused

==============================================================================
