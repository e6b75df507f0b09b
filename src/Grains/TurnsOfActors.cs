namespace ForgeOrleans.Grains;

/// <summary>
/// Goes around every turn of a grain: a caller who has given up while others had their turns takes none, and an expected failure keeps its code
/// on its way back. Orleans carries an exception's type, message and data, but not its own properties, so they travel as data.
/// </summary>
internal sealed class TurnsOfActors : IIncomingGrainCallFilter
{
    private const string Code = "forge.code";
    private const string RetryAfter = "forge.retry-after";

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            context.Request.GetCancellationToken().ThrowIfCancellationRequested();
            await context.Invoke();
        }
        catch (ForgeException e)
        {
            e.Data[Code] = (int)e.Code;
            if (e.RetryAfter is { } wait)
                e.Data[RetryAfter] = wait.Ticks;
            throw;
        }
    }

    /// <summary>Makes properties again of what travelled as data.</summary>
    public static ForgeException Restore(ForgeException carried) =>
        carried.Data[Code] is int code && (ForgeErrorCode)code != carried.Code
            ? new ForgeException((ForgeErrorCode)code, carried.Message, carried)
            {
                RetryAfter = carried.Data[RetryAfter] is long wait ? TimeSpan.FromTicks(wait) : null,
            }
            : carried;
}
