namespace ForgeOrleans.Hosting;

/// <summary>What a host gives an activation of an actor: who it is, its rows, its alarm.</summary>
/// <param name="Key">The actor's key.</param>
/// <param name="Rows">The actor's durable state.</param>
/// <param name="Alarm">Wakes the actor at a time.</param>
public sealed record ActorContext(string Key, IActorRows Rows, IAlarm Alarm);
