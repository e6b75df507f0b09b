namespace ForgeOrleans.Work;

/// <summary>A run of work that the app gave itself. <see cref="WorkRun.Key"/> is the job's name.</summary>
public sealed class JobRun : WorkRun
{
    internal JobRun(RunContext context) : base(context) => Schedule = context.Lease.Item.Schedule;

    /// <summary>The schedule that started it, or null.</summary>
    public string? Schedule { get; }
}
