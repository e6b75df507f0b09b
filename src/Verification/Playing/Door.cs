using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Manifest;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Playing;

/// <summary>A method and path of the remote at which the platform calls, with what it brings.</summary>
/// <param name="Kind">How it calls.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">Relative to the remote.</param>
/// <param name="Token">What the Forge Invocation Token says.</param>
internal sealed record Door(DoorKind Kind, string Method, string Path, TokenWish Token)
{
    /// <summary>The JSON that is sent; null for none.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>The access tokens that are sent.</summary>
    public TokenAuth Auth { get; init; } = TokenAuth.None;

    /// <summary>The event's type or the module's key.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the user of the verifier named it.</summary>
    public bool IsChosen { get; init; }

    public string Name => $"{Method} {Path}";

    public bool IsDelivery => Kind is not (DoorKind.Invocation or DoorKind.Migration);

    public byte[]? Bytes => Body is null ? null : Encoding.UTF8.GetBytes(Body.ToJsonString());

    /// <summary>The same, delivered for another reason: an event of another issue or page, another run of a trigger.</summary>
    public Door Fresh() => Kind switch
    {
        DoorKind.Event => this with { Body = SampleBodies.Event(Key!, SampleBodies.NextNumber()) },
        DoorKind.ScheduledTrigger => this with { Body = Patch.Applied(Body!.AsObject(), new() { ["contextToken"] = SampleBodies.ContextToken() }) },
        _ => this,
    };

    /// <summary>The same with a token that says something else too.</summary>
    public Door With(JsonObject claims) => this with { Token = Token.With(claims) };
}
