------------------------------- MODULE offsets -------------------------------
\* Committed offsets of one partition in one group: who is told which of them?
\*
\* The group's coordinator writes every commit into its log, a replicated partition, and keeps in
\* memory what the replicated part of it says. A commit within a transaction waits for the marker of
\* its producer (node n is producer n). Another coordinator reads the log anew; what was not replicated
\* may be gone then. What stands later in the log counts, whatever was decided later.
\*
\* Left out: what readers do with an offset, or without one (consumer); several partitions; the
\* group's own records, which no fail-over forgets here; compaction, which keeps what counts; when a
\* transaction may be ended, and how (transactions).
\*
\* Written by kafka-tck for nodes = 2, require_stable = True, fenced = True, by_log = True, waits = True, lowers = True, tells_replicated = True, reads_all = True, spares_pending = True.
\* A step out of the ranges of TypeOk is not taken.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS generations, log_size, offsets, nodes

Nodes == 0..(nodes - 1)
Nobody == -1

VARIABLES log, replicated, applied, offset, stands_at, producers, has_members, generation

UpTo(C, S) == {Q \in Seq(S) : Len(Q) <= C}
Cut(S, C) == SubSeq(S, 1, IF C <= Len(S) THEN C ELSE Len(S))
LastWhere(C, Holds(_)) ==
  IF \A I \in 0..(C - 1) : ~Holds(I) THEN 0
  ELSE 1 + CHOOSE I \in 0..(C - 1) :
             Holds(I) /\ \A J \in (I + 1)..(C - 1) : ~Holds(J)

log_at(S, I) ==
  IF I \in 0..(Len(S) - 1) THEN S[I + 1]
  ELSE [kind |-> -1, offset |-> -1, producer |-> Nobody, generation |-> -1]

TypeOk ==
  /\ log \in UpTo(log_size, [kind : (-1)..4, offset : (-1)..offsets, producer : Nodes \cup {Nobody}, generation : (-1)..generations])
  /\ replicated \in 0..log_size
  /\ applied \in 0..log_size
  /\ offset \in (-1)..offsets
  /\ stands_at \in (-1)..(log_size - 1)
  /\ producers \in [Nodes -> [pending : (-1)..(log_size - 1)]]
  /\ has_members \in BOOLEAN
  /\ generation \in 0..generations

Init ==
  /\ log = <<>>
  /\ replicated = 0
  /\ applied = 0
  /\ offset = -1
  /\ stands_at = -1
  /\ producers = [n \in Nodes |-> [pending |-> -1]]
  /\ has_members = FALSE
  /\ generation = 0

\* The group has members in a new generation: those of earlier ones are no members.
members_join ==
  /\ has_members' = TRUE
  /\ generation' = generation + 1
  /\ UNCHANGED <<log, replicated, applied, offset, stands_at, producers>>

\* The group is empty.
members_leave ==
  \* has_members
  /\ has_members
  /\ has_members' = FALSE
  /\ UNCHANGED <<log, replicated, applied, offset, stands_at, producers, generation>>

\* Another coordinator has what is replicated, at least, and reads that into its memory.
coordinator_fails_over(length, reads) ==
  LET value_1 == (LastWhere(replicated, LAMBDA o : (log_at(Cut(log, length), o).kind = 0) \/ (log_at(Cut(log, length), o).kind = 4) \/ ((log_at(Cut(log, length), o).kind = 1) /\ (~(\A p \in 0..(replicated - 1) : ~((o < p) /\ ((log_at(Cut(log, length), p).kind = 2) \/ (log_at(Cut(log, length), p).kind = 3)) /\ (log_at(Cut(log, length), p).producer = log_at(Cut(log, length), o).producer) /\ (log_at(Cut(log, length), p).kind = 2) /\ (\A q \in 0..(p - 1) : ~((o < q) /\ ((log_at(Cut(log, length), q).kind = 2) \/ (log_at(Cut(log, length), q).kind = 3)) /\ (log_at(Cut(log, length), q).producer = log_at(Cut(log, length), o).producer))))))))) - 1
  IN
  \* has_what_is_replicated
  /\ replicated <= length
  \* has_no_more
  /\ length <= Len(log)
  \* is_replicated
  /\ reads <= replicated
  \* reads_to_the_end
  /\ replicated = reads
  /\ log' = Cut(log, length)
  /\ applied' = replicated
  /\ offset' = log_at(Cut(log, length), value_1).offset
  /\ stands_at' = value_1
  /\ producers' = [n \in Nodes |-> [producers[n] EXCEPT !.pending = (LastWhere(replicated, LAMBDA o : (log_at(Cut(log, length), o).kind = 1) /\ (log_at(Cut(log, length), o).producer = n) /\ (\A p \in 0..(replicated - 1) : ~((o < p) /\ ((log_at(Cut(log, length), p).kind = 2) \/ (log_at(Cut(log, length), p).kind = 3)) /\ (log_at(Cut(log, length), p).producer = log_at(Cut(log, length), o).producer))) /\ (\A p \in 0..(replicated - 1) : ~((o < p) /\ (log_at(Cut(log, length), p).kind = 4))))) - 1]]
  /\ UNCHANGED <<replicated, has_members, generation>>

\* A member that begins, or a tool, asks for the committed offset.
reader_is_told ==
  \* is_stable
  /\ ~(\E n \in Nodes : producers[n].pending # -1)
  /\ UNCHANGED <<log, replicated, applied, offset, stands_at, producers, has_members, generation>>

\* A member commits an offset, or a tool does so while the group is empty.
member_commits(offset_, generation_) ==
  \* is_member
  /\ (has_members /\ (generation = generation_)) \/ ((~has_members) /\ (generation_ = -1))
  /\ log' = Append(log, [kind |-> 0,
                         offset |-> offset_,
                         producer |-> Nobody,
                         generation |-> generation_])
  /\ UNCHANGED <<replicated, applied, offset, stands_at, producers, has_members, generation>>

\* An offset becomes part of a producer's transaction, and waits for its end.
producer_commits(offset_, producer, generation_) ==
  \* is_member
  /\ (has_members /\ (generation = generation_)) \/ ((~has_members) /\ (generation_ = -1))
  /\ log' = Append(log, [kind |-> 1,
                         offset |-> offset_,
                         producer |-> producer,
                         generation |-> generation_])
  /\ UNCHANGED <<replicated, applied, offset, stands_at, producers, has_members, generation>>

\* The transaction of a producer ends, and what waits for it counts, or is dropped.
marker_is_written(producer, kind) ==
  \* is_open
  /\ ~(\A o \in 0..(Len(log) - 1) :
         ~(/\ log_at(log, o).kind = 1
           /\ log_at(log, o).producer = producer
           /\ (\A p \in 0..(Len(log) - 1) :
                 ~(/\ o < p
                   /\ (log_at(log, p).kind = 2) \/ (log_at(log, p).kind = 3)
                   /\ log_at(log, p).producer = log_at(log, o).producer))))
  /\ log' = Append(log, [kind |-> kind,
                         offset |-> -1,
                         producer |-> producer,
                         generation |-> -1])
  /\ UNCHANGED <<replicated, applied, offset, stands_at, producers, has_members, generation>>

\* The group has been empty for offsets.retention.minutes, and nothing is pending.
offset_expires ==
  \* is_empty
  /\ ~has_members
  \* has_offset
  /\ offset # -1
  \* nothing_is_pending
  /\ \A n \in Nodes :
       \A o \in 0..(Len(log) - 1) :
         ~(/\ log_at(log, o).kind = 1
           /\ log_at(log, o).producer = n
           /\ (\A p \in 0..(Len(log) - 1) :
                 ~(/\ o < p
                   /\ (log_at(log, p).kind = 2) \/ (log_at(log, p).kind = 3)
                   /\ log_at(log, p).producer = log_at(log, o).producer)))
  /\ log' = Append(log, [kind |-> 4, offset |-> -1, producer |-> Nobody, generation |-> -1])
  /\ UNCHANGED <<replicated, applied, offset, stands_at, producers, has_members, generation>>

\* All replicas have one record more of the log.
log_is_replicated ==
  \* has_more
  /\ replicated < Len(log)
  /\ replicated' = replicated + 1
  /\ UNCHANGED <<log, applied, offset, stands_at, producers, has_members, generation>>

\* The next record of the log counts in memory: readers are told of it from now on.
coordinator_applies ==
  LET fact_5 == log_at(log, applied).kind = 0
      fact_4 == log_at(log, applied).kind = 4
      fact_3 == log_at(log, applied).kind = 2
      fact_2 == /\ fact_3
                /\ log_at(log, applied).producer = 0
                /\ stands_at < producers[0].pending
      fact_1 == /\ fact_3
                /\ log_at(log, applied).producer = 1
                /\ stands_at < producers[1].pending
  IN
  \* has_more
  /\ applied < replicated
  /\ applied' = applied + 1
  /\ offset' = IF fact_1
               THEN log_at(log, producers[1].pending).offset
               ELSE IF fact_2
                    THEN log_at(log, producers[0].pending).offset
                    ELSE IF fact_4
                         THEN -1
                         ELSE IF fact_5 THEN log_at(log, applied).offset ELSE offset
  /\ stands_at' = IF fact_1
                  THEN producers[1].pending
                  ELSE IF fact_2
                       THEN producers[0].pending
                       ELSE IF fact_4 THEN applied ELSE (IF fact_5 THEN applied ELSE stands_at)
  /\ producers' = [n \in Nodes |-> [producers[n] EXCEPT !.pending = IF ((log_at(log, applied).producer = n) /\ (log_at(log, applied).kind = 1)) THEN applied ELSE (IF (((log_at(log, applied).producer = n) /\ (fact_3 \/ (log_at(log, applied).kind = 3))) \/ fact_4) THEN -1 ELSE producers[n].pending)]]
  /\ UNCHANGED <<log, replicated, has_members, generation>>

Step ==
  \/ members_join
  \/ members_leave
  \/ \E length \in 0..log_size : \E reads \in 0..log_size : coordinator_fails_over(length, reads)
  \/ reader_is_told
  \/ \E offset_ \in 0..offsets : \E generation_ \in (-1)..generations : member_commits(offset_, generation_)
  \/ \E offset_ \in 0..offsets : \E producer \in Nodes : \E generation_ \in (-1)..generations : producer_commits(offset_, producer, generation_)
  \/ \E producer \in Nodes : \E kind \in {2, 3} : marker_is_written(producer, kind)
  \/ offset_expires
  \/ log_is_replicated
  \/ coordinator_applies

Next == Step /\ TypeOk'

Spec == Init /\ [][Next]_<<log, replicated, applied, offset, stands_at, producers, has_members, generation>>

\* Always: The committed offset is that of the last record that counts: after a fail-over, too.
memory_is_what_the_log_says ==
  stands_at = ((LastWhere(applied, LAMBDA o : (log_at(log, o).kind = 0) \/ (log_at(log, o).kind = 4) \/ ((log_at(log, o).kind = 1) /\ (~(\A p \in 0..(applied - 1) : ~((o < p) /\ ((log_at(log, p).kind = 2) \/ (log_at(log, p).kind = 3)) /\ (log_at(log, p).producer = log_at(log, o).producer) /\ (log_at(log, p).kind = 2) /\ (\A q \in 0..(p - 1) : ~((o < q) /\ ((log_at(log, q).kind = 2) \/ (log_at(log, q).kind = 3)) /\ (log_at(log, q).producer = log_at(log, o).producer))))))))) - 1)

\* Always: The committed offset is the one that its record has; there is none without a record.
the_offset_is_that_of_its_record ==
  offset = log_at(log, stands_at).offset

\* Always: A commit in a transaction is told of only after the transaction was committed.
what_is_pending_is_not_told ==
  (log_at(log, stands_at).kind = 1)
  => (~(\A o \in 0..(applied - 1) :
          ~(/\ stands_at < o
            /\ (log_at(log, o).kind = 2) \/ (log_at(log, o).kind = 3)
            /\ log_at(log, o).producer = log_at(log, stands_at).producer
            /\ log_at(log, o).kind = 2
            /\ (\A p \in 0..(o - 1) :
                  ~(/\ stands_at < p
                    /\ (log_at(log, p).kind = 2) \/ (log_at(log, p).kind = 3)
                    /\ log_at(log, p).producer = log_at(log, stands_at).producer)))))

\* Always: No commit of an earlier generation stands after one of a later generation.
generations_commit_in_their_order ==
  \A o \in 0..(Len(log) - 1) :
    \A p \in 0..(o - 1) :
      ~(/\ (log_at(log, p).kind = 0) \/ (log_at(log, p).kind = 1)
        /\ (log_at(log, o).kind = 0) \/ (log_at(log, o).kind = 1)
        /\ log_at(log, o).generation # -1
        /\ log_at(log, o).generation < log_at(log, p).generation)

\* Always: No offset of a committed transaction is taken away by an expiry in the midst of it.
expiry_takes_nothing_from_a_transaction ==
  \A o \in 0..(Len(log) - 1) :
    \A p \in 0..(o - 1) :
      ~(/\ log_at(log, o).kind = 4
        /\ log_at(log, p).kind = 1
        /\ p < o
        /\ ~(\A q \in 0..(Len(log) - 1) :
               ~(/\ p < q
                 /\ (log_at(log, q).kind = 2) \/ (log_at(log, q).kind = 3)
                 /\ log_at(log, q).producer = log_at(log, p).producer
                 /\ log_at(log, q).kind = 2
                 /\ (\A s \in 0..(q - 1) :
                       ~(/\ p < s
                         /\ (log_at(log, s).kind = 2) \/ (log_at(log, s).kind = 3)
                         /\ log_at(log, s).producer = log_at(log, p).producer))
                 /\ o < q)))

\* Always possible (AG EF, of which TLA+ has no formula): No offset stays pending for ever: its transaction can still end.
what_is_unstable_gets_stable ==
  ~(\E n \in Nodes : producers[n].pending # -1)

\* Sometimes: A transaction is committed, and a commit that stands after its offset still counts.
a_later_decision_changes_nothing ==
  ~(\A o \in 0..(Len(log) - 1) :
      ~(/\ log_at(log, o).kind = 1
        /\ o < stands_at
        /\ ~(\A p \in 0..(applied - 1) :
               ~(/\ o < p
                 /\ (log_at(log, p).kind = 2) \/ (log_at(log, p).kind = 3)
                 /\ log_at(log, p).producer = log_at(log, o).producer
                 /\ log_at(log, p).kind = 2
                 /\ (\A q \in 0..(p - 1) :
                       ~(/\ o < q
                         /\ (log_at(log, q).kind = 2) \/ (log_at(log, q).kind = 3)
                         /\ log_at(log, q).producer = log_at(log, o).producer))
                 /\ stands_at < p))))

\* Sometimes: There was an offset, and readers are told that there is none.
an_offset_is_forgotten ==
  (stands_at # -1) /\ (offset = -1)

\* Anomaly: A commit of an earlier generation stands after one of a later generation.
a_zombie_commits ==
  ~(\A o \in 0..(Len(log) - 1) :
      \A p \in 0..(o - 1) :
        ~(/\ (log_at(log, p).kind = 0) \/ (log_at(log, p).kind = 1)
          /\ (log_at(log, o).kind = 0) \/ (log_at(log, o).kind = 1)
          /\ log_at(log, o).generation # -1
          /\ log_at(log, o).generation < log_at(log, p).generation))

never_a_later_decision_changes_nothing == ~a_later_decision_changes_nothing

never_an_offset_is_forgotten == ~an_offset_is_forgotten

never_a_zombie_commits == ~a_zombie_commits

==============================================================================
