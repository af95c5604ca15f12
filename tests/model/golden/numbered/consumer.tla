------------------------------ MODULE consumer -------------------------------
\* Consumers: when does a group skip a record, or process one twice, or before an earlier one?
\*
\* Instances of one application (node n is instance n) read one partition in turns, as members of one
\* group. The partition is one that the group is subscribed to, so every record in it is for the group;
\* it may have been added a moment ago, and have records before anybody reads it. An instance polls a
\* record at a time, hands it over to be processed, and commits offsets in one of several styles. One
\* that lost the partition goes on until it dies or joins again: a zombie.
\*
\* Left out: how a group comes to an assignment (groups_classic, groups_consumer), several partitions
\* (cause_and_effect), what the coordinator keeps (offsets), transactions (pipeline), seeks, and
\* positions that get out of range while an instance reads.
\*
\* Written by kafka-tck for nodes = 2, records = 2, keys = 1, commits = auto, processing = inline, commits_highest = False, closes_on_failure = False, retries_commits = False, auto_offset_reset = earliest, offset_at_first = False, fenced = True, expires = False, deletes = False.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS generations, keys, most_requests, records, nodes

Nodes == 0..(nodes - 1)
Nobody == -1

VARIABLES log, log_start, committed, generation, owner, requests, instances

UpTo(C, S) == {Q \in Seq(S) : Len(Q) <= C}
Least(A, B) == IF A <= B THEN A ELSE B
Cut(S, C) == SubSeq(S, 1, IF C <= Len(S) THEN C ELSE Len(S))
Put(S, I, R) == IF I \in 0..(Len(S) - 1) THEN [S EXCEPT ![I + 1] = R] ELSE S

log_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [key |-> -1, processed |-> -1]

work_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [done |-> FALSE]

TypeOk ==
  /\ log \in UpTo(records, [key : (-1)..(keys - 1), processed : (-1)..2])
  /\ log_start \in 0..records
  /\ committed \in (-1)..records
  /\ generation \in 0..generations
  /\ owner \in Nodes \cup {Nobody}
  /\ requests \in UpTo(most_requests, [generation : (-1)..generations, offset : (-1)..records, state : (-1)..1])
  /\ instances \in [Nodes -> [generation : (-1)..generations,
                             begin : 0..records,
                             work : UpTo(records, [done : BOOLEAN]),
                             committed : 0..records]]

Init ==
  /\ log = <<>>
  /\ log_start = 0
  /\ committed = -1
  /\ generation = 0
  /\ owner = Nobody
  /\ requests = <<>>
  /\ instances = [n \in Nodes |-> [generation |-> -1,
                                   begin |-> 0,
                                   work |-> <<>>,
                                   committed |-> 0]]

\* An instance commits, or a client does so for it.
instance_commits(instance) ==
  LET value_1 == instances[instance].begin + Len(instances[instance].work)
  IN
  \* has_joined
  /\ instances[instance].generation # -1
  \* is_between_polls
  /\ \A o \in 0..(Len(instances[instance].work) - 1) : work_at(instances[instance].work, o).done
  \* is_news
  /\ instances[instance].committed < value_1
  \* is_member
  /\ (owner = instance) /\ (instances[instance].generation = generation)
  /\ committed' = value_1
  /\ instances' = [instances EXCEPT ![instance].committed = value_1]
  /\ UNCHANGED <<log, log_start, generation, owner, requests>>

\* A record is in the partition.
producer_writes(key) ==
  /\ log' = Append(log, [key |-> 0, processed |-> 0])
  /\ UNCHANGED <<log_start, committed, generation, owner, requests, instances>>

\* The group assigns the partition to an instance, which begins at the committed offset.
instance_joins(instance) ==
  LET value_1 == IF ((committed # -1) /\ (log_start <= committed)) THEN committed ELSE log_start
  IN
  \* is_free
  /\ owner = Nobody
  /\ generation' = generation + 1
  /\ owner' = instance
  /\ instances' = [instances EXCEPT ![instance].generation = generation + 1,
                                    ![instance].begin = value_1,
                                    ![instance].work = Cut(instances[instance].work, 0),
                                    ![instance].committed = value_1]
  /\ UNCHANGED <<log, log_start, committed, requests>>

\* An instance closes, or gives the partition up in a rebalance, which happens in poll().
instance_leaves(instance) ==
  \* owns
  /\ (owner = instance) /\ (instances[instance].generation = generation)
  \* is_between_polls
  /\ \A o \in 0..(Len(instances[instance].work) - 1) : work_at(instances[instance].work, o).done
  /\ committed' = instances[instance].begin + Len(instances[instance].work)
  /\ owner' = Nobody
  /\ instances' = [instances EXCEPT ![instance].generation = -1,
                                    ![instance].begin = 0,
                                    ![instance].work = Cut(instances[instance].work, 0),
                                    ![instance].committed = 0]
  /\ UNCHANGED <<log, log_start, generation, requests>>

\* The owner is silent for too long: the group takes it for dead, and it does not know.
session_ends(instance) ==
  \* owns
  /\ (owner = instance) /\ (instances[instance].generation = generation)
  /\ owner' = Nobody
  /\ UNCHANGED <<log, log_start, committed, generation, requests, instances>>

\* An instance dies, and with it what it has in hand; the group notices.
instance_crashes(instance) ==
  \* has_joined
  /\ instances[instance].generation # -1
  /\ owner' = IF (owner = instance) /\ (instances[instance].generation = generation)
              THEN Nobody
              ELSE owner
  /\ instances' = [instances EXCEPT ![instance].generation = -1,
                                    ![instance].begin = 0,
                                    ![instance].work = Cut(instances[instance].work, 0),
                                    ![instance].committed = 0]
  /\ UNCHANGED <<log, log_start, committed, generation, requests>>

\* An instance is given the next record. Brokers do not ask who owns the partition.
instance_polls(instance) ==
  LET value_1 == instances[instance].begin + Len(instances[instance].work)
  IN
  \* has_joined
  /\ instances[instance].generation # -1
  \* is_between_polls
  /\ \A o \in 0..(Len(instances[instance].work) - 1) : work_at(instances[instance].work, o).done
  \* is_kept
  /\ log_start <= value_1
  \* has_record
  /\ value_1 < Len(log)
  /\ instances' = [instances EXCEPT ![instance].work = Append(instances[instance].work, [done |-> FALSE])]
  /\ UNCHANGED <<log, log_start, committed, generation, owner, requests>>

\* A record that an instance has in hand is processed: its effect is there, come what may.
instance_processes(instance, offset) ==
  \* has_it
  /\ /\ instances[instance].begin <= offset
     /\ offset < (instances[instance].begin + Len(instances[instance].work))
     /\ instances[instance].generation # -1
     /\ ~work_at(instances[instance].work, offset - instances[instance].begin).done
  \* is_next
  /\ \A o \in 0..(Len(instances[instance].work) - 1) :
       work_at(instances[instance].work, o).done \/ (offset <= (instances[instance].begin + o))
  /\ log' = Put(log, offset, [key |-> log_at(log, offset).key,
                              processed |-> Least(log_at(log, offset).processed + 1, 2)])
  /\ instances' = [instances EXCEPT ![instance].work = Put(instances[instance].work, offset - instances[instance].begin, [done |-> TRUE])]
  /\ UNCHANGED <<log_start, committed, generation, owner, requests>>

Step ==
  \/ \E instance \in Nodes : instance_commits(instance)
  \/ \E key \in 0..(keys - 1) : producer_writes(key)
  \/ \E instance \in Nodes : instance_joins(instance)
  \/ \E instance \in Nodes : instance_leaves(instance)
  \/ \E instance \in Nodes : session_ends(instance)
  \/ \E instance \in Nodes : instance_crashes(instance)
  \/ \E instance \in Nodes : instance_polls(instance)
  \/ \E instance \in Nodes : \E offset \in 0..(records - 1) : instance_processes(instance, offset)

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<log, log_start, committed, generation, owner, requests, instances>>

\* Always: Where offsets are committed after processing, and nothing jumps, no record is lost.
nothing_is_skipped ==
  \A o \in 0..(Len(log) - 1) :
    ~(/\ log_at(log, o).processed = 0
      /\ ~(\E n \in Nodes :
             /\ instances[n].generation # -1
             /\ instances[n].begin <= o
             /\ ~work_at(instances[n].work, o - instances[n].begin).done)
      /\ (\E n \in Nodes :
            (owner = n) /\ (instances[n].generation = generation) /\ (o < instances[n].begin)))

\* Always: Under the same settings every record below the committed offset was processed.
what_is_committed_is_processed ==
  \A o \in 0..(Len(log) - 1) : (o < committed) => (0 < log_at(log, o).processed)

\* Always: Where offsets are committed before processing, or with it, none is processed twice.
nothing_is_repeated ==
  TRUE

\* Always: Where nothing is skipped and a key has one worker, its records are processed in order.
causes_are_processed_before_their_effects ==
  \A o \in 0..(Len(log) - 1) :
    \A p \in 0..(o - 1) :
      ~(/\ log_at(log, p).key = log_at(log, o).key
        /\ 0 < log_at(log, o).processed
        /\ log_at(log, p).processed = 0)

\* Always possible (AG EF, of which TLA+ has no formula): Where nothing is skipped, every record can still be processed, whoever dies.
everything_can_still_be_processed ==
  \A o \in 0..(Len(log) - 1) : 0 < log_at(log, o).processed

\* Sometimes: All records are processed, each of them once.
everything_is_processed_once ==
  (Len(log) = 2) /\ (\A o \in 0..(Len(log) - 1) : log_at(log, o).processed = 1)

\* Sometimes: The partition was passed on, and whoever has it now was given a record.
another_instance_goes_on ==
  /\ 1 < generation
  /\ (\E n \in Nodes :
        (owner = n) /\ (instances[n].generation = generation) /\ (0 < Len(instances[n].work)))

\* Anomaly: Nobody processed a record, and the group goes on after it.
a_record_is_lost ==
  ~(\A o \in 0..(Len(log) - 1) :
      ~(/\ log_at(log, o).processed = 0
        /\ ~(\E n \in Nodes :
               /\ instances[n].generation # -1
               /\ instances[n].begin <= o
               /\ ~work_at(instances[n].work, o - instances[n].begin).done)
        /\ (\E n \in Nodes :
              (owner = n) /\ (instances[n].generation = generation) /\ (o < instances[n].begin))))

\* Anomaly: A record was processed more than once.
a_record_is_processed_twice ==
  ~(\A o \in 0..(Len(log) - 1) : log_at(log, o).processed < 2)

\* Anomaly: A record was processed, and an earlier one of its key is still to be.
an_effect_is_processed_before_its_cause ==
  ~(\A o \in 0..(Len(log) - 1) :
      \A p \in 0..(o - 1) :
        ~(/\ log_at(log, p).key = log_at(log, o).key
          /\ 0 < log_at(log, o).processed
          /\ log_at(log, p).processed = 0
          /\ (\E n \in Nodes :
                /\ instances[n].generation # -1
                /\ instances[n].begin <= p
                /\ ~work_at(instances[n].work, p - instances[n].begin).done)))

never_everything_is_processed_once == ~everything_is_processed_once

never_another_instance_goes_on == ~another_instance_goes_on

never_a_record_is_lost == ~a_record_is_lost

never_a_record_is_processed_twice == ~a_record_is_processed_twice

never_an_effect_is_processed_before_its_cause == ~an_effect_is_processed_before_its_cause

==============================================================================
