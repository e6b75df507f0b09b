using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode;

/// <summary>One thing to write, as part of a commit that it shares with others.</summary>
internal abstract class StoreWrite
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the write is on the disk, or fails.</summary>
    public Task Durable => _durable.Task;

    /// <summary>Why this write was refused, while the others of its commit go on.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Writes it.</summary>
    /// <exception cref="StaleActivationException">It is refused, and has changed nothing.</exception>
    public abstract void Apply(StoreStatements statements);

    /// <summary>The commit is on the disk.</summary>
    public virtual void Complete()
    {
        if (Refusal is null)
            _durable.SetResult();
        else
            _durable.SetException(Refusal);
    }

    public void Fail(Exception e) => _durable.TrySetException(e);
}

/// <summary>A write by an activation, conditional on its epoch.</summary>
internal abstract class ActorWrite(StoredActor actor) : StoreWrite
{
    private (long Id, long Epoch) _taken;

    protected StoredActor Actor { get; } = actor;

    public sealed override void Apply(StoreStatements statements)
    {
        if (Actor.Epoch == 0)
            _taken = statements.TakeEpoch(Actor);
        else if (statements.ReadEpoch(Actor.Id) != Actor.Epoch)
            throw new StaleActivationException(Actor.ToString());
        else
            _taken = (Actor.Id, Actor.Epoch);
        Apply(statements, _taken.Id);
    }

    public sealed override void Complete()
    {
        // Only what is on the disk counts: a commit that failed took no epoch.
        if (Refusal is null)
            (Actor.Id, Actor.Epoch) = _taken;
        base.Complete();
    }

    protected abstract void Apply(StoreStatements statements, long actor);
}

internal class RowsWrite(StoredActor actor, IReadOnlyList<RowChange> changes) : ActorWrite(actor)
{
    protected override void Apply(StoreStatements statements, long actor)
    {
        foreach (var change in changes)
        {
            if (change.Value is { } value)
                statements.PutRow(actor, change.Name, value.Span);
            else
                statements.DeleteRow(actor, change.Name);
        }
    }
}

/// <summary>Changes rows, if the rows are as their actor believes.</summary>
internal sealed class BelievingWrite(StoredActor actor, IReadOnlyList<RowBelief> beliefs, IReadOnlyList<RowChange> changes) : RowsWrite(actor, changes)
{
    /// <summary>Whether they were, and have been changed.</summary>
    public bool WasRight { get; private set; }

    protected override void Apply(StoreStatements statements, long actor)
    {
        WasRight = beliefs.All(belief => statements.IsAnyRow(actor, belief.Prefix) == belief.AreThere);
        if (WasRight)
            base.Apply(statements, actor);
    }
}

/// <summary>Sets an alarm or removes it, with the changes to rows that belong to it.</summary>
internal sealed class AlarmWrite(StoredActor actor, DateTimeOffset? due, IReadOnlyList<RowChange> changes) : RowsWrite(actor, changes)
{
    protected override void Apply(StoreStatements statements, long actor)
    {
        base.Apply(statements, actor);
        statements.SetAlarm(actor, due?.ToUnixTimeMilliseconds());
    }
}

/// <summary>An alarm has rung: it is removed, or moved when its actor failed, unless the actor has set another since.</summary>
internal sealed class AlarmRung(DueAlarm alarm, DateTimeOffset? again) : StoreWrite
{
    public override void Apply(StoreStatements statements) => statements.EndAlarm(alarm.Actor, alarm.Mark, again?.ToUnixTimeMilliseconds());
}

/// <summary>An alarm that is due.</summary>
internal readonly record struct DueAlarm(long Actor, string Kind, string Key, long Mark);
