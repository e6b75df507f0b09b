using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using ForgeOrleans.Hosting;
using Orleans.Runtime.Messaging;

namespace ForgeOrleans.Grains;

/// <summary>
/// Goes around every call to an actor. Where the process that the call went to is gone or silent, an idempotent call is made again until another
/// process has taken the actor over; for any other nobody knows whether it was served, and that is what the caller is told.
/// </summary>
/// <remarks>
/// A repetition is a call of its own with the arguments of the first: Orleans empties the request of a call as soon as it was served, and the first one
/// may still wait somewhere.
/// </remarks>
/// <param name="kinds">The grains of all actors.</param>
/// <param name="clock">Tells how long the attempts may go on.</param>
public sealed class CallsToActors(IEnumerable<ActorGrain> kinds, TimeProvider clock) : IOutgoingGrainCallFilter
{
    /// <summary>How long an attempt takes at the most: Orleans' response timeout on silos and clients.</summary>
    public static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(5);

    /// <summary>How long all attempts take at the most: the platform waits for 25 seconds (contract section 1).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // A repetition passes here too, but only the first call decides about it.
    private static readonly AsyncLocal<bool> IsRepeating = new();

    private readonly HashSet<Type> _actors = [.. kinds.Select(kind => kind.Actor)];
    private readonly ConcurrentDictionary<MethodInfo, bool> _idempotent = new();

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        _actors.Contains(context.InterfaceMethod.DeclaringType!) && !IsRepeating.Value ? CallAsync(context) : context.Invoke();

    private async Task CallAsync(IOutgoingGrainCallContext context)
    {
        // A turn waits for nobody's time: an actor that calls another lets its own caller try again.
        var isPatient = context.SourceContext is not { } source || source.GrainId.IsClient();
        var arguments = isPatient && IsIdempotent(context.InterfaceMethod) ? Identified(context) : null;
        var begun = clock.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (pause == FirstPause)
                    await context.Invoke();
                else
                    context.Result = await RepeatAsync(context, arguments!);
                return;
            }
            catch (Exception e) when (IsUnreachable(e))
            {
                if (arguments is null || clock.GetElapsedTime(begun) + pause + LongestAttempt > Patience)
                    throw new ActorUnreachableException(context.TargetId.ToString(), e);
            }
            catch (ForgeException e)
            {
                throw TurnsOfActors.Restore(e);
            }
            await Task.Delay(pause, clock, arguments.OfType<CancellationToken>().FirstOrDefault());
        }
    }

    private static async Task<object?> RepeatAsync(IOutgoingGrainCallContext context, object?[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
            if (arguments[i] is IRepeatable message)
                arguments[i] = message.AsRepetition();
        IsRepeating.Value = true;
        var call = (Task)context.InterfaceMethod.Invoke(context.Grain, arguments)!;
        IsRepeating.Value = false;
        await call;
        return context.InterfaceMethod.ReturnType.IsGenericType ? call.GetType().GetProperty(nameof(Task<object>.Result))!.GetValue(call) : null;
    }

    // Taken before the first attempt, which may leave nothing of them.
    private static object?[] Identified(IOutgoingGrainCallContext context)
    {
        var arguments = new object?[context.Request.GetArgumentCount()];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = context.Request.GetArgument(i);
            if (arguments[i] is IRepeatable message)
                context.Request.SetArgument(i, arguments[i] = message.WithId(RandomNumberGenerator.GetHexString(16)));
        }
        return arguments;
    }

    private bool IsIdempotent(MethodInfo method) =>
        _idempotent.GetOrAdd(method, static call => call.IsDefined(typeof(IdempotentAttribute), inherit: false));

    private static bool IsUnreachable(Exception e) =>
        e is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException or ConnectionFailedException or ClientNotAvailableException
        || (e is OrleansException && e.GetType() == typeof(OrleansException))
        || (e is ForgeException forge && TurnsOfActors.CouldNotReachAnother(forge));
}
