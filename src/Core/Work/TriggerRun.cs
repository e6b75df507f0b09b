namespace ForgeOrleans.Work;

/// <summary>A run of a scheduled trigger (contract section 10). <see cref="WorkRun.Key"/> is the trigger's key.</summary>
public sealed class TriggerRun : WorkRun
{
    internal TriggerRun(RunContext context) : base(context)
    {
    }
}
