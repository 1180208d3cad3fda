/** The demo menu in English: names and descriptions of items, names of option groups and options, by their Indonesian names. */

export const ENGLISH_ITEMS: Readonly<Record<string, readonly [name: string, description: string]>> = {
  'Teh Susu Klasik': ['Classic Milk Tea', 'Strong black tea and fresh milk.'],
  'Teh Susu Boba Gula Aren': ['Brown Sugar Boba Milk Tea', 'Warm boba, palm sugar, fresh milk.'],
  'Teh Susu Taro': ['Taro Milk Tea', 'Smooth taro with black tea.'],
  'Teh Susu Matcha': ['Matcha Milk Tea', 'Matcha and fresh milk.'],
  'Teh Susu Oolong': ['Oolong Milk Tea', 'Fragrant roasted oolong.'],
  'Teh Susu Melati': ['Jasmine Milk Tea', 'Light jasmine tea.'],
  'Teh Susu Karamel': ['Caramel Milk Tea', 'Warm and sweet with caramel.'],
  'Teh Tarik': ['Pulled Milk Tea', 'Pulled until it foams.'],
  'Teh Susu Puding': ['Pudding Milk Tea', 'With milk pudding.'],
  'Teh Leci': ['Lychee Tea', 'Black tea and lychee.'],
  'Teh Mangga': ['Mango Tea', 'Fragrant sweet mango.'],
  'Teh Stroberi': ['Strawberry Tea', 'Strawberries from Ciwidey.'],
  'Teh Markisa': ['Passion Fruit Tea', 'Fresh passion fruit with its seeds.'],
  'Teh Lemon Madu': ['Honey Lemon Tea', 'Squeezed lemon and forest honey.'],
  'Teh Hijau Lemon': ['Lemon Green Tea', 'Light and fresh.'],
  'Teh Leci Nata': ['Lychee Tea with Coconut Jelly', 'Lychee with nata de coco.'],
  'Teh Mangga Markisa': ['Mango Passion Fruit Tea', 'Two fruits in one cup.'],
  'Kopi Susu Gula Aren': ['Palm Sugar Milk Coffee', 'Our favourite since the first day.'],
  'Es Caffe Latte': ['Iced Caffè Latte', 'Double arabica and fresh milk.'],
  'Es Latte Karamel': ['Iced Caramel Latte', 'Latte with caramel.'],
  'Es Latte Hazelnut': ['Iced Hazelnut Latte', 'Latte with hazelnut.'],
  'Es Latte Vanila': ['Iced Vanilla Latte', 'Latte with vanilla.'],
  'Kopi Oat Gula Aren': ['Palm Sugar Oat Coffee', 'Without cow’s milk.'],
  Espresso: ['Espresso', 'One sip of arabica from Gayo.'],
  Americano: ['Americano', 'Espresso and hot water.'],
  Cappuccino: ['Cappuccino', 'Thick milk foam.'],
  'Kopi Tubruk': ['Tubruk Coffee', 'Robusta from Temanggung, grounds and all.'],
  'Cokelat Klasik': ['Classic Chocolate', 'Chocolate from Sulawesi.'],
  'Cokelat Hazelnut': ['Hazelnut Chocolate', 'Chocolate and hazelnut.'],
  'Cokelat Boba': ['Boba Chocolate', 'Chocolate with boba.'],
  'Cokelat Krim Keju': ['Cheese Foam Chocolate', 'Topped with cheese foam.'],
  'Red Velvet': ['Red Velvet', 'Red and smooth.'],
  'Awan Aren': ['Palm Sugar Cloud', 'Coffee, palm sugar, whipped cream.'],
  'Awan Matcha': ['Matcha Cloud', 'Matcha below cheese foam.'],
  'Es Cincau Santan': ['Iced Grass Jelly with Coconut Milk', 'Black grass jelly, coconut milk, palm sugar.'],
  'Taro Santan': ['Coconut Taro', 'Taro with coconut milk.'],
  'Kopi Krim Keju': ['Cheese Foam Coffee', 'Black coffee and cheese foam.'],
  'Matcha Stroberi': ['Strawberry Matcha', 'Three layers.'],
  'Croissant Mentega': ['Butter Croissant', 'Baked this morning.'],
  'Roti Bakar Cokelat': ['Chocolate Toast', 'Toast filled with chocolate.'],
  'Kukis Cokelat': ['Chocolate Cookie', 'Crisp outside.'],
  'Roti Pisang': ['Banana Bread', 'Of Ambon bananas.'],
  'Stik Keju': ['Cheese Sticks', 'Five sticks.'],
  'Tas Kanvas': ['Canvas Tote Bag', 'Holds four cups.'],
  'Kopi Kemasan': ['Bag of Coffee', 'Arabica Gayo, 200 g.'],
  'Tumbler Edisi Terbatas': ['Limited Edition Tumbler', 'Stainless steel, numbered. While stocks last.'],
  'Susu Jahe': ['Ginger Milk', 'Warm, for rainy days.'],
  'Cokelat Jahe': ['Ginger Chocolate', 'Hot chocolate with ginger.'],
  'Susu Kurma': ['Date Milk', 'To break the fast.'],
  'Merah Putih': ['Red and White', 'Strawberry on coconut milk.'],
  'Latte Akhir Tahun': ['Year-End Latte', 'Hazelnut, caramel, whipped cream.'],
};

/** Of option groups and options that are called otherwise in English. */
export const ENGLISH_OPTIONS: Readonly<Record<string, string>> = {
  Ukuran: 'Size',
  Reguler: 'Regular',
  Besar: 'Large',
  Gula: 'Sugar',
  Sedikit: 'Less',
  'Tanpa Gula': 'No sugar',
  Es: 'Ice',
  'Tanpa Es': 'No ice',
  'Tanpa Topping': 'No topping',
  Cincau: 'Grass jelly',
  Puding: 'Pudding',
  'Krim Keju': 'Cheese foam',
};

interface Named {
  readonly id: string;
  readonly name: string;
}

/** By the ids of an item, its groups and options. */
export function englishNamesOf({
  optionGroups,
  ...item
}: Named & {
  readonly optionGroups: readonly (Named & { readonly options: readonly Named[] })[];
}): Record<string, string> {
  const english = [
    [item.id, ENGLISH_ITEMS[item.name]?.[0]] as const,
    ...[...optionGroups, ...optionGroups.flatMap(({ options }) => options)].map(
      ({ id, name }) => [id, ENGLISH_OPTIONS[name]] as const,
    ),
  ];
  return Object.fromEntries(english.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])));
}
