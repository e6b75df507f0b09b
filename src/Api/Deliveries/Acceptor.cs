using System.Diagnostics;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>Gives deliveries to the site's queue, and answers 202 once they are stored there.</summary>
internal sealed class Acceptor(IActors actors, Admissions admissions, TimeProvider clock)
{
    // What is left of the time then is for the answer.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(0.5);

    public string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    /// <exception cref="ForgeException">The delivery could not be stored, or not in time.</exception>
    public async Task<IResult> AcceptAsync(HandlerScope scope, WorkItem item, bool isRepetition, CancellationToken cancellationToken)
    {
        var (invocation, now) = (scope.Invocation, clock.GetUtcNow());
        var origin = new WorkOrigin(
            invocation.IssuedAt,
            invocation.TokenId,
            invocation.Module?.Type,
            invocation.Module?.Key,
            invocation.Installation.AppVersion,
            isRepetition,
            Activity.Current?.Id,
            invocation.ContextJson.ToArray());
        var left = scope.Deadline - now - Margin;
        try
        {
            var acceptance = await StoreAsync(scope, item with { Origin = origin, AcceptedAt = now }, cancellationToken)
                .WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken);
            return Results.Json(new DeliveryAnswer(acceptance.Items[0].ItemId, acceptance.Items[0].IsDuplicate), statusCode: StatusCodes.Status202Accepted);
        }
        catch (TimeoutException e)
        {
            throw new ForgeException(ForgeErrorCode.Unavailable, "The delivery could not be stored in time. Deliver it again.", e);
        }
    }

    private async Task<Acceptance> StoreAsync(HandlerScope scope, WorkItem item, CancellationToken cancellationToken)
    {
        var acceptance = await actors.Get<IWorkQueue>(scope.InstallationId).AcceptAsync(new([item]), cancellationToken);
        if (!acceptance.IsStopped)
            return acceptance;
        // The installation may not have heard of this call: the process that admitted it thought that it knew it.
        admissions.Forget(scope.InstallationId);
        await admissions.AdmitAsync(scope.Invocation, scope.Tokens, cancellationToken);
        return acceptance;
    }
}

/// <summary>What a delivery is answered.</summary>
/// <param name="ItemId">The item that it became; of a duplicate, that of the first.</param>
/// <param name="IsDuplicate">It is not run again.</param>
internal sealed record DeliveryAnswer(string ItemId, bool IsDuplicate);
