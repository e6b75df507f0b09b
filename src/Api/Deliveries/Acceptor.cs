using System.Diagnostics;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>Gives deliveries to the site's queue, and answers 202 once they are stored there.</summary>
internal sealed class Acceptor(IActors actors, TimeProvider clock)
{
    public string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    /// <exception cref="ForgeException">A user is in session: only the platform delivers.</exception>
    public async Task<IResult> AcceptAsync(ForgeInvocation invocation, WorkItem item, bool isRepetition, CancellationToken cancellationToken)
    {
        // Deliveries are never made for a user (contract section 1). A frontend can send whatever it likes to whichever path, with a good token.
        if (invocation.Principal is not null)
            throw new ForgeException(ForgeErrorCode.Forbidden, "Events and scheduled triggers are delivered by the platform, not on behalf of a user.");
        var origin = new WorkOrigin(
            invocation.IssuedAt,
            invocation.TokenId,
            invocation.Module?.Type,
            invocation.Module?.Key,
            invocation.Installation.AppVersion,
            isRepetition,
            Activity.Current?.Id,
            invocation.ContextJson.ToArray());
        var acceptance = await actors.Get<IWorkQueue>(invocation.Installation.InstallationId)
            .AcceptAsync(new([item with { Origin = origin, AcceptedAt = clock.GetUtcNow() }]), cancellationToken);
        return Results.Json(new DeliveryAnswer(acceptance.Items[0].ItemId, acceptance.Items[0].IsDuplicate), statusCode: StatusCodes.Status202Accepted);
    }
}

/// <summary>What a delivery is answered.</summary>
/// <param name="ItemId">The item that it became; of a duplicate, that of the first.</param>
/// <param name="IsDuplicate">It is not run again.</param>
internal sealed record DeliveryAnswer(string ItemId, bool IsDuplicate);
