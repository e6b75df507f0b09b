using System.Collections.Concurrent;
using System.Reflection;
using ForgeOrleans.Hosting;
using Orleans.Runtime.Messaging;

namespace ForgeOrleans.Grains;

/// <summary>
/// Goes around every call to an actor. Where the process that the call went to is gone or silent, an idempotent call is made again until another
/// process has taken the actor over; for any other nobody knows whether it was served, and that is what the caller is told.
/// </summary>
/// <param name="kinds">The grains of all actors.</param>
/// <param name="clock">Tells how long the attempts may go on.</param>
/// <param name="reach">On a client, whether it reaches any silo: where there is none, no attempt will help.</param>
public sealed class CallsToActors(IEnumerable<ActorGrain> kinds, TimeProvider clock, ClusterReach? reach = null) : IOutgoingGrainCallFilter
{
    /// <summary>How long attempts go on: the platform waits for 25 seconds (contract section 1).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly HashSet<Type> _actors = [.. kinds.Select(kind => kind.Actor)];
    private readonly ConcurrentDictionary<MethodInfo, bool> _idempotent = new();

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        _actors.Contains(context.InterfaceMethod.DeclaringType!) ? CallAsync(context) : context.Invoke();

    private async Task CallAsync(IOutgoingGrainCallContext context)
    {
        var begun = clock.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await context.Invoke();
                return;
            }
            catch (ForgeException e)
            {
                throw TurnsOfActors.Restore(e);
            }
            catch (Exception e) when (IsUnreachable(e))
            {
                // A turn waits for nobody's time: an actor that calls another lets its own caller try again.
                if (context.SourceContext is { } source && !source.GrainId.IsClient()
                    || !IsIdempotent(context.InterfaceMethod)
                    || reach?.IsLost == true
                    || clock.GetElapsedTime(begun) + pause > Patience)
                    throw new ActorUnreachableException(context.TargetId.ToString(), e);
            }
            await Task.Delay(pause, clock, context.Request.GetCancellationToken());
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            MarkAsRepetition(context);
        }
    }

    private bool IsIdempotent(MethodInfo method) =>
        _idempotent.GetOrAdd(method, static call => call.IsDefined(typeof(IdempotentAttribute), inherit: false));

    private static bool IsUnreachable(Exception e) =>
        e is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException or ConnectionFailedException or ClientNotAvailableException
        || (e is OrleansException && e.GetType() == typeof(OrleansException));

    private static void MarkAsRepetition(IOutgoingGrainCallContext context)
    {
        for (var i = 0; i < context.Request.GetArgumentCount(); i++)
            if (context.Request.GetArgument(i) is IRepeatable message)
                context.Request.SetArgument(i, message.AsRepetition());
    }
}
